import { recordCount } from '../block/layout.ts';
import { compareBytes, lowerBound } from '../block/search.ts';
import type { BlockReference } from './block-reference.ts';
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

/**
 * Walks the blocks of a tree in either direction, cut to a range: `next` for their bytes, or `nextReference`, which reads
 * nothing, and then `slice` for those whose bytes are wanted.
 */
export class TreeCursor {
  readonly #tree: TreeVersion;
  readonly #read: ReadBlock;
  readonly #range: ByteRange;
  readonly #step: number;
  #position: number;
  readonly #end: number;
  #reference: BlockReference | undefined;
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
    const isEmpty = last < first;
    this.#end = isEmpty ? this.#position : (backward ? first : last) + this.#step;
  }

  next(): BlockSlice | undefined {
    for (;;) {
      if (this.nextReference() === undefined) return undefined;
      const slice = this.slice();
      if (slice !== undefined) return slice;
    }
  }

  nextReference(): BlockReference | undefined {
    const position = this.#position;
    if (position === this.#end) return undefined;
    this.#position = position + this.#step;
    this.#walked++;
    return (this.#reference = this.#tree.references.at(position));
  }

  get isWhole(): boolean {
    const { lower, upper } = this.#range;
    return (lower === undefined || this.#isAfter(lower)) && (upper === undefined || this.#isBefore(upper));
  }

  slice(): BlockSlice | undefined {
    const { lower, upper } = this.#range;
    const bytes = this.bytesOf(this.#reference!);
    const from = lower === undefined || this.#isAfter(lower) ? 0 : lowerBound(bytes, lower);
    const to = upper === undefined || this.#isBefore(upper) ? recordCount(bytes) : lowerBound(bytes, upper);
    return from < to ? { bytes, from, to } : undefined;
  }

  bytesOf(reference: BlockReference): Uint8Array {
    return this.#read(this.#tree.treeId, reference, this.#walkBlocks());
  }

  /** Whether all keys of the block at hand are at or above `lower`. */
  #isAfter(lower: Uint8Array): boolean {
    return compareBytes(this.#reference!.fence, lower) >= 0;
  }

  /** The fence behind the block at hand; undefined when it is the last of the tree. */
  get fenceBehind(): Uint8Array | undefined {
    return this.#tree.references.at(this.#position - this.#step + 1)?.fence;
  }

  /** Whether all keys of the block at hand are below `upper`, as far as the fences tell. */
  #isBefore(upper: Uint8Array): boolean {
    const after = this.fenceBehind;
    return after !== undefined && compareBytes(after, upper) <= 0;
  }

  #walkBlocks(): number {
    return this.#walked <= SHORT_WALK_BLOCKS ? 1 : this.#walked + Math.abs(this.#end - this.#position);
  }
}
