import type { Value } from '@cairn/protocol/internal';
import type { DocumentPosition } from '../document/record.ts';
import type { IndexRange } from '../indexes/range.ts';
import type { BlockReference } from '../tree/block-reference.ts';
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

/** Blocks by their references, so that only those are read whose content is not known otherwise. */
export interface BlockReferenceCursor extends BlockCursor {
  /** Goes to the next block. The same reference is the same content for good. */
  nextReference(): BlockReference | undefined;
  /** Whether every record of the block at hand belongs to the range. */
  readonly isWhole: boolean;
  /** The fence behind the block at hand; undefined when it is the last one. */
  readonly fenceBehind: Uint8Array | undefined;
  /** The records of the block at hand that belong to the range; undefined when there are none. */
  slice(): BlockSlice | undefined;
  /** The bytes of a block that was walked over. */
  bytesOf(reference: BlockReference): Uint8Array;
}

export interface IndexCursor {
  /** The key of the next document, or undefined at the end. */
  next(): string | undefined;
}

/** Walks entries: `next`, and then what the entry says. */
export interface IndexEntryCursor {
  /** Moves to the next entry; false at the end. */
  next(): boolean;
  /** The key of the entry's document. */
  documentKey(): string;
  /**
   * The value of the entry's field of that number, or undefined where the entry cannot say it as the document has it: arrays and objects
   * (members have lost their order), dates and bytes, integers beyond 2^53.
   */
  field(number: number): Value | undefined;
}

export interface IndexView {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly type: string;
  readonly options: Value;
  readonly entryCount: number;
  /** The same number for choosing a way to read: asking for it is not a read that a serializable transaction answers for. */
  readonly approximateEntryCount: number;
  /** False: some values were too long for their entries, so what is found must be compared again. */
  readonly exact: boolean;
  scan(range: IndexRange, direction?: ScanDirection): IndexCursor;
  /** The entries of a range with their values. Only of an `exact` index do they say all of the values. */
  scanEntries(range: IndexRange, direction?: ScanDirection): IndexEntryCursor;
  /** About how many entries lie in a range; looks into two blocks. What a transaction has not committed is not counted. */
  estimate(range: IndexRange): number;
  /** For each number of leading fields, about how many different values they have together; looks into a few blocks. */
  estimateDistinct(): readonly number[];
}

export interface CollectionView {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly count: number;
  /** The same number for choosing a way to read: asking for it is not a read that a serializable transaction answers for. */
  readonly approximateCount: number;
  readonly properties: Value;
  /** Shows some of the documents, or of their fields: what is kept of all of them must not be read in their place. */
  readonly isNarrowed?: boolean;
  readonly indexes: readonly IndexView[];
  get(key: string): DocumentPosition | undefined;
  blocks(range?: KeyRange, direction?: ScanDirection): BlockReferenceCursor;
  /** Some blocks of the collection, evenly spaced, to guess from: not a read that a serializable transaction answers for. */
  sampleBlocks(count: number): readonly { readonly bytes: Uint8Array }[];
}

/** One unchanging state of a database, or that state with a transaction's own writes. */
export interface ReadView {
  readonly lsn: number;
  readonly catalogueVersion: number;
  collection(name: string): CollectionView | undefined;
  collectionNames(): string[];
  release(): void;
}
