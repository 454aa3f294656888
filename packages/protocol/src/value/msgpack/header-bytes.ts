import { writeUint32Bytes } from './number-bytes.ts';

/** Markers of an array and of a map whose count stands in the marker itself. */
export const ARRAY = 0x90;
export const MAP = 0x80;
const ARRAY_16 = 0xdc;
const MAP_16 = 0xde;
const TEXT = 0xa0;
const TEXT_8 = 0xd9;
const BINARY_8 = 0xc4;

/** Bytes that the longest header takes. */
export const HEADER_MAX_BYTES = 5;

/** Bytes of the header of so many bytes of text. */
export function textHeaderBytes(length: number): number {
  return length < 32 ? 1 : length < 256 ? 2 : length < 65536 ? 3 : HEADER_MAX_BYTES;
}

/** Each of these writes the shortest header there is for the size, and answers where it ends. */
export function writeTextHeader(output: Uint8Array, at: number, length: number): number {
  if (length >= 32) return writeSizedHeader(output, at, TEXT_8, length);
  output[at] = TEXT | length;
  return at + 1;
}

export function writeBinaryHeader(output: Uint8Array, at: number, length: number): number {
  return writeSizedHeader(output, at, BINARY_8, length);
}

export function writeContainerHeader(
  output: Uint8Array,
  at: number,
  kind: typeof ARRAY | typeof MAP,
  count: number,
): number {
  if (count >= 16) return writeLongHeader(output, at, kind === MAP ? MAP_16 : ARRAY_16, count);
  output[at] = kind | count;
  return at + 1;
}

/** A marker followed by the size in 8 bits, or the next marker with 16, or the one after with 32. */
function writeSizedHeader(output: Uint8Array, at: number, marker8: number, size: number): number {
  if (size >= 256) return writeLongHeader(output, at, marker8 + 1, size);
  output[at] = marker8;
  output[at + 1] = size;
  return at + 2;
}

/** A marker with 16 bits of size, or the next one with 32. */
function writeLongHeader(output: Uint8Array, at: number, marker16: number, size: number): number {
  if (size < 65536) {
    output[at] = marker16;
    output[at + 1] = size >> 8;
    output[at + 2] = size & 0xff;
    return at + 3;
  }
  output[at] = marker16 + 1;
  writeUint32Bytes(output, at + 1, size);
  return at + HEADER_MAX_BYTES;
}
