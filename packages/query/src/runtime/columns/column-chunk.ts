import { type ByteWriter, writeNumber } from '@cairn/protocol/internal';
import { isNumberType, readNumber } from '../../compile/field-finder/read-number.ts';
import { copyStored } from '../../compile/field-finder/read-stored.ts';
import { skipStored } from '../../compile/field-finder/skip-stored.ts';
import { type ColumnDictionary, NO_DICTIONARY } from './column-dictionary.ts';
import { columnBytes, columnMemory } from './column-memory.ts';

/** Rows of a page, and so of its chunks: a loop over them fits the second-level cache with a few columns. */
export const PAGE_ROWS_MAX = 4096;

/** What a chunk without numbers has in their place: NaN sends the reader to the bytes. */
export const NO_NUMBERS = new Float64Array(PAGE_ROWS_MAX).fill(Number.NaN);
const NO_BYTES = new Uint8Array(0);
/** Bytes of a value until more is known. */
const VALUE_BYTES = 8;
const GROWTH = 1.25;
/** The first bytes of numbers' chunks, where `at` writes a number that somebody wants as bytes. */
const NUMBER_ROOM_BYTES = 16;

/**
 * One field of the rows of a page. Every row can be asked for its bytes (`bytes`, `at(row)`); besides, a chunk is one of:
 *
 * - codes: `codes[row]` is the code of the value in `dictionary`;
 * - numbers: `numbers[row]` is the value; NaN where it is none that a double holds exactly, and then it is among the bytes;
 * - bytes alone: values back to back, `offsets[row]` is where one begins, 0 where there is none.
 *
 * A row that was written keeps its value for good; the arrays may be replaced by larger ones when rows are added.
 */
export class ColumnChunk {
  codes: Uint8Array | null = null;
  dictionary: ColumnDictionary = NO_DICTIONARY;
  numbers: Float64Array = NO_NUMBERS;
  bytes: Uint8Array = NO_BYTES;
  offsets: Uint32Array | null = null;
  readonly #rows: number;
  #end = 0;

  constructor(rows: number) {
    this.#rows = rows;
  }

  /**
   * A chunk that is to be filled: with codes where there is a dictionary, else with numbers or bytes.
   * @param valueBytes what the values of a row are likely to take where they are kept as bytes
   */
  static open(rows: number, kind: ColumnDictionary | 'numbers' | 'bytes', valueBytes = VALUE_BYTES): ColumnChunk {
    const chunk = new ColumnChunk(rows);
    if (kind === 'numbers') chunk.#becomeNumbers();
    else if (kind === 'bytes') chunk.#becomeBytes(valueBytes);
    else chunk.#becomeCodes(kind);
    return chunk;
  }

  /** A chunk over values that lie in a block: `offsets` are where they begin, 0 for none. */
  static lent(bytes: Uint8Array, offsets: Uint32Array): ColumnChunk {
    const chunk = new ColumnChunk(offsets.length);
    chunk.bytes = bytes;
    chunk.offsets = offsets;
    return chunk;
  }

  /** Bytes of memory, without what chunks share. */
  get sizeBytes(): number {
    const { codes, numbers, bytes, offsets, dictionary } = this;
    return (
      (codes?.byteLength ?? 0) +
      (numbers === NO_NUMBERS ? 0 : numbers.byteLength) +
      (bytes === dictionary.bytes ? 0 : bytes.byteLength) +
      (offsets?.byteLength ?? 0)
    );
  }

  /** Bytes that the values take where they are kept as bytes. */
  get valueBytes(): number {
    return this.#end;
  }

  /** Where the value of a row begins in `bytes` (to be taken together with this answer); negative when there is none. */
  at(row: number): number {
    const { codes, offsets } = this;
    if (codes !== null) return this.dictionary.offsets[codes[row]];
    const number = this.numbers[row];
    if (!Number.isNaN(number)) {
      writeNumber(this.bytes, 0, number);
      return 0;
    }
    if (offsets === null) return -1;
    const offset = offsets[row];
    return offset === 0 ? -1 : offset;
  }

  /**
   * Takes in the values of `count` rows from `start` on, which begin at `offsets` in a block, 0 for none; those before the
   * first `done` are there already.
   * @returns how many are there now: fewer than `count` when the dictionary has no room for the next
   */
  put(start: number, count: number, bytes: Uint8Array, offsets: Uint32Array, done = 0): number {
    if (this.codes !== null) return this.#putCodes(this.codes, start, count, bytes, offsets, done);
    const isNumbers = this.numbers !== NO_NUMBERS;
    for (let record = done; record < count; record++) {
      const at = offsets[record];
      if (at === 0) continue;
      if (isNumbers) this.#putNumber(start + record, bytes, at);
      else this.#putBytes(start + record, bytes, at);
    }
    return count;
  }

  /** Gives up codes for numbers or bytes; the rows keep their values. */
  leaveDictionary(kind: 'numbers' | 'bytes'): void {
    const { codes, dictionary } = this;
    if (codes === null) return;
    this.codes = null;
    this.dictionary = NO_DICTIONARY;
    if (kind === 'numbers') this.#becomeNumbers();
    else this.#becomeBytes(VALUE_BYTES);
    for (let row = 0; row < codes.length; row++) {
      if (codes[row] === 0) continue;
      const at = dictionary.offsets[codes[row]];
      if (kind === 'numbers') this.#putNumber(row, dictionary.bytes, at);
      else this.#putBytes(row, dictionary.bytes, at);
    }
  }

  #becomeCodes(dictionary: ColumnDictionary): void {
    this.codes = new Uint8Array(columnMemory(this.#rows));
    this.dictionary = dictionary;
    this.bytes = dictionary.bytes;
  }

  #becomeNumbers(): void {
    this.numbers = new Float64Array(columnMemory(8 * this.#rows)).fill(Number.NaN);
    this.bytes = columnBytes(NUMBER_ROOM_BYTES);
    this.#end = NUMBER_ROOM_BYTES;
  }

  #becomeBytes(valueBytes: number): void {
    this.offsets = new Uint32Array(columnMemory(4 * this.#rows));
    this.bytes = columnBytes(Math.ceil(valueBytes * this.#rows));
    this.#end = 1;
  }

  #putCodes(
    codes: Uint8Array,
    start: number,
    count: number,
    bytes: Uint8Array,
    offsets: Uint32Array,
    done: number,
  ): number {
    const { dictionary } = this;
    for (let record = done; record < count; record++) {
      const at = offsets[record];
      if (at === 0) continue; // code 0
      const code = dictionary.code(bytes, at, skipStored(bytes, at));
      if (code < 0) return record;
      codes[start + record] = code;
    }
    return count;
  }

  /** A number that a double holds, and that has one form in bytes; anything else among the bytes. */
  #putNumber(row: number, bytes: Uint8Array, at: number): void {
    if (isNumberType(bytes[at])) {
      const number = readNumber(bytes, at);
      if (typeof number === 'number' && (Number.isSafeInteger(number) || !Number.isInteger(number))) {
        this.numbers[row] = number;
        return;
      }
    }
    this.offsets ??= new Uint32Array(columnMemory(4 * this.#rows));
    this.#putBytes(row, bytes, at);
  }

  #putBytes(row: number, source: Uint8Array, at: number): void {
    const length = skipStored(source, at) - at;
    const start = this.#end;
    if (start + length > this.bytes.length) this.#grow(start + length);
    const own = this.bytes;
    if (length <= 32) for (let index = 0; index < length; index++) own[start + index] = source[at + index];
    else own.set(source.subarray(at, at + length), start);
    this.offsets![row] = start;
    this.#end = start + length;
  }

  #grow(needed: number): void {
    const larger = columnBytes(Math.max(needed, Math.ceil(GROWTH * this.bytes.length)));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Writes the value of a row; nil where there is none. */
export function copyFromChunk(writer: ByteWriter, chunk: ColumnChunk, row: number): void {
  const number = chunk.numbers[row];
  if (Number.isNaN(number)) copyStored(writer, chunk.bytes, chunk.at(row));
  else writer.number(number);
}
