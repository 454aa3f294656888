import { LIMITS } from '../../limits.ts';
import { InvalidValueError } from '../invalid-value-error.ts';
import { readUint32, writeUint32Bytes } from './number-bytes.ts';

/** The most bytes that one date takes. */
export const TIMESTAMP_MAX_BYTES = 15;

const TWO_32 = 4294967296;
const TWO_34 = 17179869184;

/**
 * Writes a moment as the shortest of the three forms of the msgpack timestamp extension; returns the position after it.
 * Moments are kept to the millisecond.
 */
export function writeTimestamp(bytes: Uint8Array, at: number, ms: number): number {
  if (!(Math.abs(ms) <= LIMITS.timeMaxMs)) throw new InvalidValueError('a date outside the range of dates');
  const seconds = Math.floor(ms / 1000);
  const nanoseconds = (ms - seconds * 1000) * 1_000_000;
  if (seconds >= 0 && seconds < TWO_34) {
    if (nanoseconds === 0 && seconds < TWO_32) {
      bytes[at] = 0xd6;
      bytes[at + 1] = 0xff;
      writeUint32Bytes(bytes, at + 2, seconds);
      return at + 6;
    }
    bytes[at] = 0xd7;
    bytes[at + 1] = 0xff;
    writeUint32Bytes(bytes, at + 2, nanoseconds * 4 + Math.floor(seconds / TWO_32));
    writeUint32Bytes(bytes, at + 6, seconds % TWO_32);
    return at + 10;
  }
  bytes[at] = 0xc7;
  bytes[at + 1] = 12;
  bytes[at + 2] = 0xff;
  writeUint32Bytes(bytes, at + 3, nanoseconds);
  writeUint32Bytes(bytes, at + 7, Math.floor(seconds / TWO_32));
  writeUint32Bytes(bytes, at + 11, ((seconds % TWO_32) + TWO_32) % TWO_32);
  return at + 15;
}

/**
 * Reads the content of a timestamp extension of 4, 8 or 12 bytes as milliseconds since 1970, rounded down.
 * @returns NaN when the content is no moment that a date can say
 */
export function readTimestamp(bytes: Uint8Array, at: number, length: number): number {
  let seconds: number;
  let nanoseconds = 0;
  if (length === 4) {
    seconds = readUint32(bytes, at);
  } else if (length === 8) {
    const head = readUint32(bytes, at);
    nanoseconds = head >>> 2;
    seconds = (head & 3) * TWO_32 + readUint32(bytes, at + 4);
  } else if (length === 12) {
    nanoseconds = readUint32(bytes, at);
    seconds = (readUint32(bytes, at + 4) | 0) * TWO_32 + readUint32(bytes, at + 8);
  } else {
    return Number.NaN;
  }
  const ms = seconds * 1000 + Math.floor(nanoseconds / 1_000_000);
  return nanoseconds <= 999_999_999 && Math.abs(ms) <= LIMITS.timeMaxMs ? ms : Number.NaN;
}
