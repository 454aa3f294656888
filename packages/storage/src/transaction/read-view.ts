import type { Value } from '@cairn/protocol/internal';
import type { DocumentPosition } from '../document/record.ts';
import type { IndexRange } from '../indexes/range.ts';
import type { BlockSlice } from '../tree/tree-cursor.ts';

export type ScanDirection = 'forward' | 'backward';

/** Document keys from `lower` to `upper`; an absent bound is open, a present one is included unless said otherwise. */
export interface KeyRange {
  readonly lower?: string;
  readonly lowerInclusive?: boolean;
  readonly upper?: string;
  readonly upperInclusive?: boolean;
}

export interface BlockCursor {
  next(): BlockSlice | undefined;
}

export interface IndexCursor {
  /** The key of the next document, or undefined at the end. */
  next(): string | undefined;
}

export interface IndexView {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly type: string;
  readonly options: Value;
  readonly entryCount: number;
  /** False: some values were too long for their entries, so what is found must be compared again. */
  readonly exact: boolean;
  scan(range: IndexRange, direction?: ScanDirection): IndexCursor;
}

export interface CollectionView {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly count: number;
  readonly properties: Value;
  readonly indexes: readonly IndexView[];
  get(key: string): DocumentPosition | undefined;
  blocks(range?: KeyRange, direction?: ScanDirection): BlockCursor;
}

/** One unchanging state of a database, or that state with a transaction's own writes. */
export interface ReadView {
  readonly lsn: number;
  readonly catalogueVersion: number;
  collection(name: string): CollectionView | undefined;
  collectionNames(): string[];
  release(): void;
}
