import { type CanonicalValue, canonicalize } from '../value/msgpack/canonicalize.ts';
import { decodeValue } from '../value/msgpack/decode.ts';
import type { Value } from '../value/value.ts';

/**
 * A value of a request that nobody has decoded: a span of msgpack that is known to be whole and not too deep, and
 * nothing more. Documents travel like this from the frame to the engine, which stores the canonical bytes.
 */
export class RawValue {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Whether the span holds an array. */
  get isArray(): boolean {
    const marker = this.bytes[this.start];
    return (marker >= 0x90 && marker < 0xa0) || marker === 0xdc || marker === 0xdd;
  }

  /** Whether the span holds nil. */
  get isNil(): boolean {
    return this.bytes[this.start] === 0xc0;
  }

  /** The value checked and in canonical form. @throws InvalidValueError */
  canonical(): CanonicalValue {
    return canonicalize(this.bytes, this.start);
  }

  /** The value checked and decoded. @throws InvalidValueError */
  decode(): Value {
    return decodeValue(this.canonical().bytes);
  }

  /**
   * Where the items of an array begin, each a value to be given to `canonicalize`.
   * @returns `count` items from offset `start` on, or `undefined` when this is no array
   */
  items(): { count: number; start: number } | undefined {
    const { bytes, start } = this;
    const marker = bytes[start];
    if (marker >= 0x90 && marker < 0xa0) return { count: marker & 0x0f, start: start + 1 };
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (marker === 0xdc) return { count: view.readUInt16BE(start + 1), start: start + 3 };
    if (marker === 0xdd) return { count: view.readUInt32BE(start + 1), start: start + 5 };
    return undefined;
  }
}
