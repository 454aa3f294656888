import { recordCount, recordEnd, recordKeyEnd, recordKeyStart } from '../block/layout.ts';
import { compareBytes, compareRange, findRecord, lowerBound } from '../block/search.ts';
import type { BlockReference } from './block-reference.ts';
import type { ByteRange } from './tree-cursor.ts';
import type { TreeVersion } from './tree-version.ts';

/** A tree, and how to read the blocks that it has. */
export interface ReadableTree {
  readonly tree: TreeVersion;
  readonly read: (treeId: number, reference: BlockReference) => Uint8Array;
}

/**
 * Whether two states of a tree hold different records under `key`. Blocks that both have are not read: one reference
 * stands for one content.
 */
export function differsAt(before: ReadableTree, after: ReadableTree, key: Uint8Array): boolean {
  if (before.tree === after.tree) return false;
  const old = place(before, key);
  const present = place(after, key);
  if (old !== undefined && old.reference === present?.reference) return false;
  const was = old === undefined ? undefined : valueAt(old.bytes(), key);
  const is = present === undefined ? undefined : valueAt(present.bytes(), key);
  return was === undefined || is === undefined ? was !== is : !sameBytes(was, is);
}

/** The first key in a range under which two states hold different records; undefined when the range is the same in both. */
export function firstDifference(before: ReadableTree, after: ReadableTree, range: ByteRange): Uint8Array | undefined {
  if (before.tree === after.tree) return undefined;
  const old = new RecordWalk(before, range);
  const present = new RecordWalk(after, range);
  for (;;) {
    skipShared(old, present);
    const order = old.compareKey(present);
    if (order === undefined) return undefined;
    if (order !== 0) return order < 0 ? old.key() : present.key();
    if (!old.sameValue(present)) return old.key();
    old.step();
    present.step();
  }
}

function place({ tree, read }: ReadableTree, key: Uint8Array) {
  const position = tree.position(key);
  if (position < 0) return undefined;
  const reference = tree.references.at(position)!;
  return { reference, bytes: () => read(tree.treeId, reference) };
}

function valueAt(bytes: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  const record = findRecord(bytes, key);
  return record < 0 ? undefined : bytes.subarray(recordKeyEnd(bytes, record), recordEnd(bytes, record));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** While both walks stand at the beginning of one and the same block, it is passed over unread. */
function skipShared(old: RecordWalk, present: RecordWalk): void {
  while (
    old.atBlockStart &&
    present.atBlockStart &&
    old.reference !== undefined &&
    old.reference === present.reference
  ) {
    old.skipBlock();
    present.skipBlock();
  }
}

/** Goes over the records of a range, block by block; reads a block when it is looked into. */
class RecordWalk {
  readonly #tree: TreeVersion;
  readonly #read: ReadableTree['read'];
  readonly #upper: Uint8Array | undefined;
  readonly #lower: Uint8Array | undefined;
  #position: number;
  #bytes: Uint8Array | undefined;
  #record = 0;

  constructor({ tree, read }: ReadableTree, { lower, upper }: ByteRange) {
    this.#tree = tree;
    this.#read = read;
    this.#lower = lower;
    this.#upper = upper;
    this.#position = lower === undefined ? 0 : Math.max(tree.position(lower), 0);
  }

  /** The block that comes next, unless the range ends before it. */
  get reference() {
    const reference = this.#tree.references.at(this.#position);
    if (reference === undefined || this.#upper === undefined) return reference;
    return compareBytes(reference.fence, this.#upper) < 0 ? reference : undefined;
  }

  get atBlockStart(): boolean {
    return this.#bytes === undefined;
  }

  skipBlock(): void {
    this.#position++;
  }

  key(): Uint8Array {
    const bytes = this.#bytes!;
    return bytes.slice(recordKeyStart(bytes, this.#record), recordKeyEnd(bytes, this.#record));
  }

  /** How the keys of both stand to each other, the end after all; undefined when both have ended. */
  compareKey(other: RecordWalk): number | undefined {
    const here = this.#load();
    const there = other.#load();
    if (!here || !there) return here === there ? undefined : here ? -1 : 1;
    const bytes = this.#bytes!;
    const start = recordKeyStart(bytes, this.#record);
    const otherKey = other.#bytes!.subarray(
      recordKeyStart(other.#bytes!, other.#record),
      recordKeyEnd(other.#bytes!, other.#record),
    );
    return compareRange(bytes, start, recordKeyEnd(bytes, this.#record), otherKey);
  }

  sameValue(other: RecordWalk): boolean {
    return sameBytes(this.#value(), other.#value());
  }

  step(): void {
    if (++this.#record < recordCount(this.#bytes!)) return;
    this.#position++;
    this.#bytes = undefined;
  }

  #value(): Uint8Array {
    const bytes = this.#bytes!;
    return bytes.subarray(recordKeyEnd(bytes, this.#record), recordEnd(bytes, this.#record));
  }

  /** Stands at a record of the range; false at its end. */
  #load(): boolean {
    while (this.#bytes === undefined) {
      const { reference } = this;
      if (reference === undefined) return false;
      const bytes = this.#read(this.#tree.treeId, reference);
      const lower = this.#lower;
      this.#record = lower === undefined || compareBytes(reference.fence, lower) >= 0 ? 0 : lowerBound(bytes, lower);
      if (this.#record < recordCount(bytes)) this.#bytes = bytes;
      else this.#position++;
    }
    return this.#upper === undefined || this.#isBelow(this.#upper);
  }

  #isBelow(upper: Uint8Array): boolean {
    const bytes = this.#bytes!;
    return compareRange(bytes, recordKeyStart(bytes, this.#record), recordKeyEnd(bytes, this.#record), upper) < 0;
  }
}
