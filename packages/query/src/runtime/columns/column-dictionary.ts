import type { Value } from '@cairn/protocol/internal';
import { isNumberType, readNumber } from '../../compile/field-finder/read-number.ts';
import { readStored } from '../../compile/field-finder/read-stored.ts';
import { columnBytes, columnMemory } from './column-memory.ts';

/** Codes are bytes; code 0 stands for a document without the field. */
export const DICTIONARY_VALUES_MAX = 255;
/** A longer value makes no dictionary: few distinct ones of that length are rare, and their bytes would have to be hashed each time. */
const VALUE_MAX_BYTES = 32;
/** Four times the values, a power of two: short probes. */
const TABLE_SLOTS = 1024;

/**
 * The distinct values of a column by small codes, as canonical msgpack, so of any type. Values are only ever added, and a
 * code keeps its meaning.
 */
export class ColumnDictionary {
  readonly bytes: Uint8Array = columnBytes(DICTIONARY_VALUES_MAX * VALUE_MAX_BYTES);
  /** Where the value of each code begins in `bytes`; −1 for code 0. */
  readonly offsets = new Int32Array(columnMemory(4 * (DICTIONARY_VALUES_MAX + 1))).fill(-1);
  /** The value of each code. */
  readonly values: Value[] = [null];
  /** The value of each code where it is a number that a double holds, else NaN. */
  readonly numbers = new Float64Array(columnMemory(8 * (DICTIONARY_VALUES_MAX + 1))).fill(Number.NaN);
  readonly #table = new Uint8Array(TABLE_SLOTS);
  #end = 0;

  /** Codes given so far, code 0 included. */
  get size(): number {
    return this.values.length;
  }

  /** The code of the value `bytes[start, end)`; −1 when it does not fit into the dictionary. */
  code(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length > VALUE_MAX_BYTES) return -1;
    // The ends and the middle: at worst all of a few hundred values share a slot, and each is still found.
    let hash = Math.imul(length, 0x3d) + bytes[start] + Math.imul(bytes[end - 1], 0x1f);
    if (length > 2) hash += Math.imul(bytes[start + (length >> 1)], 0x83) + Math.imul(bytes[end - 2], 0x209);
    let slot = hash & (TABLE_SLOTS - 1);
    for (let code = this.#table[slot]; code !== 0; code = this.#table[slot]) {
      if (this.#holds(code, bytes, start, length)) return code;
      slot = (slot + 1) & (TABLE_SLOTS - 1);
    }
    return this.#add(slot, bytes, start, length);
  }

  #holds(code: number, bytes: Uint8Array, start: number, length: number): boolean {
    const own = this.bytes;
    const at = this.offsets[code];
    // A value's first bytes say how long it is, so one that begins like another is as long.
    for (let index = 0; index < length; index++) if (own[at + index] !== bytes[start + index]) return false;
    return true;
  }

  #add(slot: number, bytes: Uint8Array, start: number, length: number): number {
    const code = this.values.length;
    if (code > DICTIONARY_VALUES_MAX) return -1;
    const at = this.#end;
    for (let index = 0; index < length; index++) this.bytes[at + index] = bytes[start + index];
    this.#end += length;
    this.#table[slot] = code;
    this.offsets[code] = at;
    this.values.push(readStored(this.bytes, at));
    if (isNumberType(this.bytes[at])) {
      const number = readNumber(this.bytes, at);
      if (typeof number === 'number') this.numbers[code] = number;
    }
    return code;
  }
}

/** What chunks without codes have in the place of a dictionary. */
export const NO_DICTIONARY = new ColumnDictionary();
