import { LIMITS } from '../../limits.ts';
import { InvalidValueError } from '../invalid-value-error.ts';
import type { Value, ValueObject } from '../value.ts';
import { ValueLimitError } from '../value-limit-error.ts';
import {
  ARRAY,
  MAP,
  textHeaderBytes,
  writeBinaryHeader,
  writeContainerHeader,
  writeTextHeader,
} from './header-bytes.ts';
import { NUMBER_MAX_BYTES, writeBigint, writeNumber, writeUint32Bytes } from './number-bytes.ts';
import { writeText } from './text-bytes.ts';
import { TIMESTAMP_MAX_BYTES, writeTimestamp } from './timestamp-bytes.ts';

/** Up to this many code units a loop beats a call into native code, measured on Node 24. */
const SHORT_TEXT_LENGTH = 24;
/** From here on the bytes of a text are counted before it is written: counting is quick, and room for the worst case is not. */
const COUNTED_TEXT_LENGTH = 64 * 1024;
/** A buffer that has grown beyond this for a large value is followed by one of this size. */
const RENEWED_MAX_BYTES = 512 * 1024;

/**
 * Writes values as canonical msgpack into one growing buffer. Made to be reused: `reset()` keeps the buffer.
 *
 * Between calls, `bytes[0 … position)` is what has been written; `bytes` may be replaced by any call that writes.
 *
 * @example
 * const writer = new ByteWriter();
 * writer.mapHeader(1);
 * writer.string('name');
 * writer.string('Ann');
 * const bytes = writer.finish();
 */
export class ByteWriter {
  bytes: Buffer;
  position = 0;
  #valueMaxBytes = 0;
  #valueEnd = 0;
  #depthMax: number = LIMITS.nestingMaxDepth;

  /** @param capacityBytes how much room to begin with */
  constructor(capacityBytes = 1024) {
    this.bytes = Buffer.allocUnsafeSlow(Math.max(capacityBytes, 64));
  }

  /** Makes sure that `count` more bytes can be written. */
  reserve(count: number): void {
    if (this.bytes.length - this.position < count) this.#grow(count);
  }

  nil(): void {
    this.reserve(1);
    this.bytes[this.position++] = 0xc0;
  }

  boolean(value: boolean): void {
    this.reserve(1);
    this.bytes[this.position++] = value ? 0xc3 : 0xc2;
  }

  /** @throws InvalidValueError for NaN, infinities and integers that do not fit 64 bits */
  number(value: number | bigint): void {
    this.reserve(NUMBER_MAX_BYTES);
    this.position =
      typeof value === 'number'
        ? writeNumber(this.bytes, this.position, value)
        : writeBigint(this.bytes, this.position, value);
  }

  /** Writes text as UTF-8; lone surrogates become U+FFFD. */
  string(text: string): void {
    const length = text.length;
    if (length <= SHORT_TEXT_LENGTH) {
      this.reserve(2 + 3 * SHORT_TEXT_LENGTH);
      const bytes = this.bytes;
      let at = this.position;
      bytes[at++] = 0xa0 | length;
      let i = 0;
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 0x7f) break;
        bytes[at++] = unit;
      }
      if (i === length) {
        this.position = at;
        return;
      }
    }
    this.#longString(text);
  }

  binary(value: Uint8Array): void {
    const length = value.length;
    this.reserve(5 + length);
    this.position = writeBinaryHeader(this.bytes, this.position, length);
    this.bytes.set(value, this.position);
    this.position += length;
  }

  /** @throws InvalidValueError for an invalid date */
  date(value: Date): void {
    this.reserve(TIMESTAMP_MAX_BYTES);
    this.position = writeTimestamp(this.bytes, this.position, value.getTime());
  }

  arrayHeader(count: number): void {
    this.reserve(5);
    this.position = writeContainerHeader(this.bytes, this.position, ARRAY, count);
  }

  mapHeader(count: number): void {
    this.reserve(5);
    this.position = writeContainerHeader(this.bytes, this.position, MAP, count);
  }

  /**
   * Leaves five bytes for an array header whose count is not known yet.
   * @returns where it stands, for `patchArrayHeader32`
   */
  arrayHeader32(): number {
    return this.#header32(0xdd);
  }

  /** As `arrayHeader32`, for a map. */
  mapHeader32(): number {
    return this.#header32(0xdf);
  }

  /** Sets the count of a header that `arrayHeader32` or `mapHeader32` left open. */
  patchHeader32(at: number, count: number): void {
    writeUint32Bytes(this.bytes, at + 1, count);
  }

  /**
   * Writes any value.
   * @param maxBytes how much an array or object may take: a small one that shares parts can be endless when written
   * @param depthMax levels that it may be nested
   * @throws InvalidValueError for what cannot be stored and for nesting beyond the limit; ValueLimitError
   */
  value(value: Value, maxBytes: number = LIMITS.valueMaxBytes, depthMax: number = LIMITS.nestingMaxDepth): void {
    this.#valueMaxBytes = maxBytes;
    this.#depthMax = depthMax;
    this.#valueEnd = this.position + maxBytes;
    this.#value(value, 0);
  }

  /** Copies bytes that are msgpack already. */
  raw(source: Uint8Array, start = 0, end: number = source.length): void {
    const length = end - start;
    this.reserve(length);
    if (length <= 32) {
      const bytes = this.bytes;
      let at = this.position;
      for (let i = start; i < end; i++) bytes[at++] = source[i];
    } else {
      this.bytes.set(start === 0 && end === source.length ? source : source.subarray(start, end), this.position);
    }
    this.position += length;
  }

  /** A copy of what has been written. */
  finish(): Uint8Array {
    return Buffer.from(this.bytes.subarray(0, this.position));
  }

  /** Forgets what has been written and keeps the room. */
  reset(): void {
    this.position = 0;
  }

  /** Leaves what has been written to whoever reads it, and goes on in a buffer of the same size, unless that is very large. */
  renew(): void {
    this.bytes = Buffer.allocUnsafeSlow(Math.min(this.bytes.length, RENEWED_MAX_BYTES));
    this.position = 0;
  }

  /** Writes msgpack that its owner leaves to the writer: a writer may hand on such bytes without copying them. */
  attach(bytes: Uint8Array): void {
    this.raw(bytes);
  }

  #value(value: Value, depth: number): void {
    switch (typeof value) {
      case 'string':
        this.string(value);
        break;
      case 'number':
      case 'bigint':
        this.number(value);
        break;
      case 'boolean':
        this.boolean(value);
        break;
      case 'object':
        if (value === null) this.nil();
        else this.#object(value, depth + 1);
        break;
      default:
        this.nil();
    }
  }

  #object(value: Exclude<Value, null | boolean | number | bigint | string>, depth: number): void {
    if (Array.isArray(value)) {
      this.#checkDepth(depth);
      this.arrayHeader(value.length);
      for (let i = 0; i < value.length; i++) {
        this.#value(value[i], depth);
        if (this.position > this.#valueEnd) throw this.#valueTooLarge();
      }
    } else if (value instanceof Date) {
      this.date(value);
    } else if (value instanceof Uint8Array) {
      this.binary(value);
    } else {
      this.#checkDepth(depth);
      this.#members(value, depth);
    }
  }

  #members(object: ValueObject, depth: number): void {
    const keys = Object.keys(object);
    this.mapHeader(keys.length);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      this.string(key);
      this.#value(object[key], depth);
      if (this.position > this.#valueEnd) throw this.#valueTooLarge();
    }
  }

  #valueTooLarge(): ValueLimitError {
    return new ValueLimitError(`A value is larger than ${this.#valueMaxBytes} bytes`, this.#valueMaxBytes);
  }

  #checkDepth(depth: number): void {
    if (depth > this.#depthMax) throw new InvalidValueError(`nested deeper than ${this.#depthMax} levels`);
  }

  #longString(text: string): void {
    // A code unit takes at most three bytes. The header is chosen by the true length, found by writing first.
    const length = text.length;
    this.reserve(5 + (length < COUNTED_TEXT_LENGTH ? 3 * length : Buffer.byteLength(text)));
    const guess = textHeaderBytes(length);
    const written = writeText(this.bytes, text, this.position + guess);
    const actual = textHeaderBytes(written);
    if (actual !== guess) {
      this.bytes.copyWithin(this.position + actual, this.position + guess, this.position + guess + written);
    }
    this.position = writeTextHeader(this.bytes, this.position, written) + written;
  }

  #header32(marker: number): number {
    this.reserve(5);
    const at = this.position;
    this.bytes[at] = marker;
    this.position += 5;
    return at;
  }

  #grow(count: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.position + count));
    this.bytes.copy(larger, 0, 0, this.position);
    this.bytes = larger;
  }
}
