import type { Value } from '@cairn/protocol/internal';
import type { CollectionVersion, IndexVersion } from '../database/database-version.ts';
import { type DocumentPosition, encodeDocumentKey } from '../document/record.ts';
import { EntryReader } from '../indexes/entry-reader.ts';
import { estimateDistinct, estimateEntries } from '../indexes/index-estimate.ts';
import { EntryCursor, entryRange, type IndexRange } from '../indexes/range.ts';
import { sampleBlocks } from '../tree/sample-blocks.ts';
import { type ByteRange, TreeCursor } from '../tree/tree-cursor.ts';
import { findInTree, type ReadBlock } from '../tree/tree-overlay.ts';
import type { TreeVersion } from '../tree/tree-version.ts';
import type {
  BlockReferenceCursor,
  CollectionView,
  IndexCursor,
  IndexEntryCursor,
  IndexView,
  KeyRange,
  ScanDirection,
} from './read-view.ts';

/** A collection in a committed state. */
export class CommittedCollection implements CollectionView {
  readonly #version: CollectionVersion;
  readonly #read: ReadBlock;
  readonly indexes: readonly IndexView[];

  constructor(version: CollectionVersion, read: ReadBlock) {
    this.#version = version;
    this.#read = read;
    this.indexes = version.indexes.map((index) => new CommittedIndex(index, read));
  }

  get id(): number {
    return this.#version.id;
  }
  get name(): string {
    return this.#version.name;
  }
  get type(): string {
    return this.#version.type;
  }
  get count(): number {
    return this.#version.count;
  }
  get approximateCount(): number {
    return this.#version.count;
  }
  get properties(): Value {
    return this.#version.properties;
  }

  get(key: string): DocumentPosition | undefined {
    return findInTree(this.#version.tree, searchKey(key), this.#read);
  }

  blocks(range: KeyRange = {}, direction: ScanDirection = 'forward'): BlockReferenceCursor {
    return documentCursor(this.#version.tree, this.#read, range, direction);
  }

  sampleBlocks(count: number): readonly { readonly bytes: Uint8Array }[] {
    const { tree } = this.#version;
    return sampleBlocks(tree, count).map((reference) => ({ bytes: this.#read(tree.treeId, reference) }));
  }
}

class CommittedIndex implements IndexView {
  readonly #version: IndexVersion;
  readonly #read: ReadBlock;

  constructor(version: IndexVersion, read: ReadBlock) {
    this.#version = version;
    this.#read = read;
  }

  get name(): string {
    return this.#version.name;
  }
  get fields(): readonly string[] {
    return this.#version.fields;
  }
  get unique(): boolean {
    return this.#version.unique;
  }
  get sparse(): boolean {
    return this.#version.sparse;
  }
  get type(): string {
    return this.#version.type;
  }
  get options(): Value {
    return this.#version.options;
  }
  get exact(): boolean {
    return this.#version.exact;
  }
  get entryCount(): number {
    return this.#version.entryCount;
  }
  get approximateEntryCount(): number {
    return this.#version.entryCount;
  }

  scan(range: IndexRange, direction: ScanDirection = 'forward'): IndexCursor {
    return indexCursor(this.#version.tree, this.#read, range, direction);
  }

  scanEntries(range: IndexRange, direction: ScanDirection = 'forward'): IndexEntryCursor {
    const backward = direction === 'backward';
    return new EntryReader(new TreeCursor(this.#version.tree, this.#read, entryRange(range), backward), backward);
  }

  estimate(range: IndexRange): number {
    return estimateEntries(this.#version.tree, this.#read, entryRange(range), this.entryCount);
  }

  estimateDistinct(): readonly number[] {
    const { fields, entryCount, exact } = this;
    return estimateDistinct(this.#version.tree, this.#read, { fieldCount: fields.length, entryCount, exact });
  }
}

export function indexCursor(
  tree: TreeVersion,
  read: ReadBlock,
  range: IndexRange,
  direction: ScanDirection,
): IndexCursor {
  const backward = direction === 'backward';
  return new EntryCursor(new TreeCursor(tree, read, entryRange(range), backward), backward);
}

export function documentCursor(
  tree: TreeVersion,
  read: ReadBlock,
  range: KeyRange,
  direction: ScanDirection,
): BlockReferenceCursor {
  return new TreeCursor(tree, read, keyRange(range), direction === 'backward');
}

/** A range of keys as one of their bytes. */
export function keyRange(range: KeyRange): ByteRange {
  return {
    lower: range.lower === undefined ? undefined : bound(range.lower, range.lowerInclusive === false),
    upper: range.upper === undefined ? undefined : bound(range.upper, range.upperInclusive !== false),
  };
}

/** The key itself, or the lowest key after it. */
function bound(key: string, after: boolean): Uint8Array {
  return Buffer.from(after ? `${key}\0` : key, 'utf8');
}

const scratch = Buffer.allocUnsafeSlow(4096);
const { utf8Write } = Buffer.prototype as unknown as {
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number;
};

/** The bytes of a key to look for, in a buffer that the next call overwrites. */
export function searchKey(key: string): Uint8Array {
  const { length } = key;
  if (length > 48)
    return length > 1024 ? encodeDocumentKey(key) : scratch.subarray(0, utf8Write.call(scratch, key, 0, 4096));
  for (let at = 0; at < length; at++) {
    const code = key.charCodeAt(at);
    if (code >= 0x80) return scratch.subarray(0, utf8Write.call(scratch, key, 0, 4096));
    scratch[at] = code;
  }
  return scratch.subarray(0, length);
}
