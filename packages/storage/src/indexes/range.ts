import type { Value } from '@cairn/protocol/internal';
import { recordEnd, recordKeyEnd, recordKeyStart } from '../block/layout.ts';
import { readUtf8 } from '../document/text.ts';
import type { BlockSlice, ByteRange } from '../tree/tree-cursor.ts';
import { encodeField, FIELD_PREFIX_BYTES } from './index-entry.ts';

/** Bounds on the index field after those that are given by `equal`. */
export interface IndexBound {
  readonly value: Value;
  readonly inclusive: boolean;
}

/** What of an index to walk: values of its leading fields, then bounds on the next one. */
export interface IndexRange {
  readonly equal: readonly Value[];
  readonly lower?: IndexBound;
  readonly upper?: IndexBound;
}

/** A range of values as a range of entry keys. A bound that is too long for an entry widens the range, never narrows it. */
export function entryRange(range: IndexRange): ByteRange {
  const prefix = Buffer.concat(range.equal.map((value) => encodeField(value).bytes));
  return {
    lower: range.lower === undefined ? prefix : lowerKey(prefix, range.lower),
    upper: range.upper === undefined ? above(prefix) : upperKey(prefix, range.upper),
  };
}

function lowerKey(prefix: Buffer, bound: IndexBound): Uint8Array | undefined {
  const field = encodeField(bound.value);
  if (!field.exact) return Buffer.concat([prefix, field.bytes.subarray(0, FIELD_PREFIX_BYTES)]);
  const key = Buffer.concat([prefix, field.bytes]);
  return bound.inclusive ? key : above(key);
}

function upperKey(prefix: Buffer, bound: IndexBound): Uint8Array | undefined {
  const field = encodeField(bound.value);
  if (!field.exact) return above(Buffer.concat([prefix, field.bytes.subarray(0, FIELD_PREFIX_BYTES)]));
  const key = Buffer.concat([prefix, field.bytes]);
  return bound.inclusive ? above(key) : key;
}

/** The lowest key above all that begin with `prefix`; undefined when there is none. */
export function above(prefix: Uint8Array): Uint8Array | undefined {
  for (let length = prefix.length; length > 0; length--) {
    if (prefix[length - 1] === 0xff) continue;
    const key = Uint8Array.prototype.slice.call(prefix, 0, length);
    key[length - 1]++;
    return key;
  }
  return undefined;
}

/** Walks the blocks of an index. */
export interface EntryBlocks {
  next(): BlockSlice | undefined;
}

/** Reads document keys off the entries that a cursor walks. */
export class EntryCursor {
  readonly #blocks: EntryBlocks;
  readonly #backward: boolean;
  #slice: BlockSlice | undefined;
  #record = 0;

  constructor(blocks: EntryBlocks, backward: boolean) {
    this.#blocks = blocks;
    this.#backward = backward;
  }

  next(): string | undefined {
    while (
      this.#slice === undefined ||
      (this.#backward ? this.#record < this.#slice.from : this.#record >= this.#slice.to)
    ) {
      this.#slice = this.#blocks.next();
      if (this.#slice === undefined) return undefined;
      this.#record = this.#backward ? this.#slice.to - 1 : this.#slice.from;
    }
    const key = documentKeyOf(this.#slice.bytes, this.#record);
    this.#record += this.#backward ? -1 : 1;
    return key;
  }
}

/** The document key behind the fields of an entry. */
export function documentKeyOf(bytes: Uint8Array, record: number): string {
  const end = recordKeyEnd(bytes, record);
  return readUtf8(bytes, recordKeyStart(bytes, record) + fieldsLength(bytes, record), end);
}

export function fieldsLength(bytes: Uint8Array, record: number): number {
  const end = recordEnd(bytes, record);
  return bytes[end - 2] | (bytes[end - 1] << 8);
}
