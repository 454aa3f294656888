import { InvalidValueError } from '../invalid-value-error.ts';

const TWO_32 = 4294967296;
const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);

/** The most bytes that one number takes. */
export const NUMBER_MAX_BYTES = 9;

/** Writes a number in its canonical form at `at`, where nine bytes must be free; returns the position after it. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  if (value === (value | 0)) return writeInt32(bytes, at, value | 0);
  if (Number.isSafeInteger(value)) {
    const high = Math.floor(value / TWO_32);
    return writeInt64(bytes, at, high, value - high * TWO_32);
  }
  if (!Number.isFinite(value)) throw new InvalidValueError(`${value} is not a storable number`);
  scratch.setFloat64(0, value);
  bytes[at] = 0xcb;
  copyScratch(bytes, at + 1);
  return at + 9;
}

function writeInt32(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0) return writeUint32(bytes, at, value);
  if (value >= -32) {
    bytes[at] = value & 0xff;
    return at + 1;
  }
  if (value >= -128) {
    bytes[at] = 0xd0;
    bytes[at + 1] = value & 0xff;
    return at + 2;
  }
  if (value >= -32768) {
    bytes[at] = 0xd1;
    bytes[at + 1] = (value >> 8) & 0xff;
    bytes[at + 2] = value & 0xff;
    return at + 3;
  }
  bytes[at] = 0xd2;
  writeUint32Bytes(bytes, at + 1, value);
  return at + 5;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): number {
  if (value < 128) {
    bytes[at] = value;
    return at + 1;
  }
  if (value < 256) {
    bytes[at] = 0xcc;
    bytes[at + 1] = value;
    return at + 2;
  }
  if (value < 65536) {
    bytes[at] = 0xcd;
    bytes[at + 1] = value >> 8;
    bytes[at + 2] = value & 0xff;
    return at + 3;
  }
  bytes[at] = 0xce;
  writeUint32Bytes(bytes, at + 1, value);
  return at + 5;
}

/** Writes four bytes, most significant first. */
export function writeUint32Bytes(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (value >>> 24) & 0xff;
  bytes[at + 1] = (value >>> 16) & 0xff;
  bytes[at + 2] = (value >>> 8) & 0xff;
  bytes[at + 3] = value & 0xff;
}

/** Writes the integer `high × 2^32 + low` (`high` signed, `low` unsigned) in its shortest form. */
export function writeInt64(bytes: Uint8Array, at: number, high: number, low: number): number {
  if (high === 0) return writeUint32(bytes, at, low);
  if (high === -1 && low >= 0x80000000) return writeInt32(bytes, at, low | 0);
  bytes[at] = high < 0 ? 0xd3 : 0xcf;
  writeUint32Bytes(bytes, at + 1, high);
  writeUint32Bytes(bytes, at + 5, low);
  return at + 9;
}

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** Writes an integer of 64 bits in its canonical form; returns the position after it. */
export function writeBigint(bytes: Uint8Array, at: number, value: bigint): number {
  if (value < INT64_MIN || value > UINT64_MAX) throw new InvalidValueError(`${value} does not fit 64 bits`);
  const low = Number(value & 0xffffffffn);
  const high = Number(value >> 32n);
  return writeInt64(bytes, at, high, low);
}

/** Reads a float 64. */
export function readFloat64(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) scratchBytes[i] = bytes[at + i];
  return scratch.getFloat64(0);
}

/** Reads a float 32. */
export function readFloat32(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 4; i++) scratchBytes[i] = bytes[at + i];
  return scratch.getFloat32(0);
}

/** Reads four bytes as an unsigned integer. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** Reads two bytes as an unsigned integer. */
export function readUint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

/** Joins the halves of a 64-bit integer: a number where a double holds it exactly, else a bigint. */
export function joinInt64(high: number, low: number): number | bigint {
  const value = high * TWO_32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
}

function copyScratch(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 8; i++) bytes[at + i] = scratchBytes[i];
}
