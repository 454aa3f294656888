import type { Value } from '@cairn/protocol/internal';
import { recordKeyStart } from '../block/layout.ts';
import { decodeKey } from '../key-encoding/decode-key.ts';
import { TAG } from '../key-encoding/encode-key.ts';
import { skipKey } from '../key-encoding/skip-key.ts';
import type { IndexEntryCursor } from '../transaction/read-view.ts';
import type { BlockSlice } from '../tree/tree-cursor.ts';
import { documentKeyOf, type EntryBlocks } from './range.ts';

/** Integers from here on may be stored in a form of their own. */
const EXACT_LIMIT = 2 ** 53;

/** Reads the values of entries as well as their documents' keys. */
export class EntryReader implements IndexEntryCursor {
  readonly #blocks: EntryBlocks;
  readonly #backward: boolean;
  #slice: BlockSlice | undefined;
  #record = 0;
  /** Where the entry's fields start, as far as somebody has asked. */
  readonly #starts: number[] = [];

  constructor(blocks: EntryBlocks, backward: boolean) {
    this.#blocks = blocks;
    this.#backward = backward;
  }

  next(): boolean {
    this.#starts.length = 0;
    if (this.#slice !== undefined) {
      this.#record += this.#backward ? -1 : 1;
      if (this.#record >= this.#slice.from && this.#record < this.#slice.to) return true;
    }
    this.#slice = this.#blocks.next();
    if (this.#slice === undefined) return false;
    this.#record = this.#backward ? this.#slice.to - 1 : this.#slice.from;
    return true;
  }

  documentKey(): string {
    return documentKeyOf(this.#slice!.bytes, this.#record);
  }

  field(number: number): Value | undefined {
    const { bytes } = this.#slice!;
    const at = this.#fieldStart(bytes, number);
    switch (bytes[at]) {
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.string:
        return decodeKey(bytes, at).value;
      case TAG.number: {
        const { value } = decodeKey(bytes, at);
        return typeof value === 'number' && Math.abs(value) < EXACT_LIMIT ? value : undefined;
      }
      default:
        return undefined;
    }
  }

  #fieldStart(bytes: Uint8Array, number: number): number {
    const starts = this.#starts;
    if (starts.length === 0) starts.push(recordKeyStart(bytes, this.#record));
    while (starts.length <= number) starts.push(skipKey(bytes, starts[starts.length - 1]));
    return starts[number];
  }
}
