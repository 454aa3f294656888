import { recordCount } from '../block/layout.ts';
import { compareBytes, lowerBound } from '../block/search.ts';
import type { ReadBlock } from './tree-overlay.ts';
import type { TreeVersion } from './tree-version.ts';

/** Records `from` up to, not including, `to` of a block. The bytes never change. */
export interface BlockSlice {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Keys [lower, upper) of a tree; undefined is open. */
export interface ByteRange {
  readonly lower?: Uint8Array;
  readonly upper?: Uint8Array;
}

/** Up to here nobody knows yet that a walk will be long: most queries with a LIMIT end before. */
const SHORT_WALK_BLOCKS = 64;

/** Walks the blocks of a tree in either direction, cut to a range. */
export class TreeCursor {
  readonly #tree: TreeVersion;
  readonly #read: ReadBlock;
  readonly #range: ByteRange;
  readonly #step: number;
  #position: number;
  readonly #end: number;
  /** Blocks walked so far: a walk that ends soon is cached like any short one. */
  #walked = 0;

  constructor(tree: TreeVersion, read: ReadBlock, range: ByteRange, backward: boolean) {
    this.#tree = tree;
    this.#read = read;
    this.#range = range;
    const first = range.lower === undefined ? 0 : Math.max(tree.position(range.lower), 0);
    const last = range.upper === undefined ? tree.references.length - 1 : tree.position(range.upper);
    this.#step = backward ? -1 : 1;
    this.#position = backward ? last : first;
    this.#end = (backward ? first : last) + this.#step;
  }

  next(): BlockSlice | undefined {
    while (this.#step > 0 ? this.#position < this.#end : this.#position > this.#end) {
      const reference = this.#tree.references[this.#position];
      const after = this.#tree.references[this.#position + 1]?.fence;
      this.#position += this.#step;
      const bytes = this.#read(this.#tree.treeId, reference, this.#walkBlocks());
      const { lower, upper } = this.#range;
      const from = lower === undefined || compareBytes(reference.fence, lower) >= 0 ? 0 : lowerBound(bytes, lower);
      const whole = upper === undefined || (after !== undefined && compareBytes(after, upper) <= 0);
      const to = whole ? recordCount(bytes) : lowerBound(bytes, upper!);
      if (from < to) return { bytes, from, to };
    }
    return undefined;
  }

  #walkBlocks(): number {
    return ++this.#walked <= SHORT_WALK_BLOCKS ? 1 : this.#walked + Math.abs(this.#end - this.#position);
  }
}
