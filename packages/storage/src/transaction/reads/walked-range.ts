import { compareBytes } from '../../block/search.ts';
import type { BlockReference } from '../../tree/block-reference.ts';
import type { BlockSlice, ByteRange } from '../../tree/tree-cursor.ts';
import type { BlockReferenceCursor } from '../read-view.ts';

/**
 * The part of a range that a cursor has walked so far: a walk that ends early, as one with a LIMIT does, has not read the
 * rest. It grows by each block before anybody sees it.
 */
export class WalkedRange {
  readonly whole: ByteRange;
  readonly #backward: boolean;
  #walked: ByteRange | undefined;

  constructor(whole: ByteRange, backward: boolean) {
    this.whole = whole;
    this.#backward = backward;
  }

  /** Undefined when nothing has been walked yet. */
  get range(): ByteRange | undefined {
    return this.#walked;
  }

  /** The walk has come to the block between two fences. */
  reach(fence: Uint8Array, fenceBehind: Uint8Array | undefined): void {
    const { lower, upper } = this.whole;
    this.#walked = this.#backward
      ? { lower: higherLower(lower, fence), upper }
      : { lower, upper: lowerUpper(upper, fenceBehind) };
  }

  /** The walk has come to its end. */
  finish(): void {
    this.#walked = this.whole;
  }
}

/** A cursor that tells a range how far it has come. */
export class TrackedCursor implements BlockReferenceCursor {
  readonly #cursor: BlockReferenceCursor;
  readonly #walked: WalkedRange;

  constructor(cursor: BlockReferenceCursor, walked: WalkedRange) {
    this.#cursor = cursor;
    this.#walked = walked;
  }

  next(): BlockSlice | undefined {
    for (;;) {
      if (this.nextReference() === undefined) return undefined;
      const slice = this.slice();
      if (slice !== undefined) return slice;
    }
  }

  nextReference(): BlockReference | undefined {
    const reference = this.#cursor.nextReference();
    if (reference === undefined) this.#walked.finish();
    else this.#walked.reach(reference.fence, this.#cursor.fenceBehind);
    return reference;
  }

  get isWhole(): boolean {
    return this.#cursor.isWhole;
  }
  get fenceBehind(): Uint8Array | undefined {
    return this.#cursor.fenceBehind;
  }

  slice(): BlockSlice | undefined {
    return this.#cursor.slice();
  }

  bytesOf(reference: BlockReference): Uint8Array {
    return this.#cursor.bytesOf(reference);
  }
}

/** Ranges that cover the given ones and do not touch each other, in order. */
export function joinRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const sorted = [...ranges].sort((a, b) => compareLower(a.lower, b.lower));
  const joined: ByteRange[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last === undefined || endsBefore(last.upper, range.lower)) joined.push(range);
    else joined[joined.length - 1] = { lower: last.lower, upper: higher(last.upper, range.upper) };
  }
  return joined;
}

/** From the lowest to the highest key of ranges that are in order. */
export function spanOf(ranges: readonly ByteRange[]): ByteRange {
  return { lower: ranges[0].lower, upper: ranges.at(-1)!.upper };
}

function compareLower(a: Uint8Array | undefined, b: Uint8Array | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  return compareBytes(a, b);
}

function endsBefore(upper: Uint8Array | undefined, lower: Uint8Array | undefined): boolean {
  return upper !== undefined && lower !== undefined && compareBytes(upper, lower) < 0;
}

function higher(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  return a === undefined || b === undefined ? undefined : compareBytes(a, b) < 0 ? b : a;
}

function higherLower(a: Uint8Array | undefined, b: Uint8Array): Uint8Array {
  return a === undefined || compareBytes(a, b) < 0 ? b : a;
}

function lowerUpper(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareBytes(a, b) < 0 ? a : b;
}
