/**
 * Reading canonical msgpack maps where they lie: these functions trust their bytes, which `canonicalize` has checked.
 * Canonical means string names and the shortest headers.
 */

/** Is the value at `offset` a map? */
export function isMap(bytes: Uint8Array, offset: number): boolean {
  const code = bytes[offset]!;
  return (code & 0xf0) === 0x80 || code === 0xde || code === 0xdf;
}

/** Members of the map at `offset`. */
export function mapSize(bytes: Uint8Array, offset: number): number {
  const code = bytes[offset]!;
  if (code < 0x90) return code & 0x0f;
  if (code === 0xde) return (bytes[offset + 1]! << 8) | bytes[offset + 2]!;
  return unsigned32(bytes, offset + 1);
}

/** Where the first name of the map at `offset` begins. */
export function mapStart(bytes: Uint8Array, offset: number): number {
  const code = bytes[offset]!;
  return offset + (code < 0x90 ? 1 : code === 0xde ? 3 : 5);
}

export function isString(bytes: Uint8Array, offset: number): boolean {
  const code = bytes[offset]!;
  return (code & 0xe0) === 0xa0 || (code >= 0xd9 && code <= 0xdb);
}

/** Where the text of the string at `offset` begins. */
export function stringStart(bytes: Uint8Array, offset: number): number {
  const code = bytes[offset]!;
  return offset + ((code & 0xe0) === 0xa0 ? 1 : code === 0xd9 ? 2 : code === 0xda ? 3 : 5);
}

/** Where the string at `offset` ends. */
export function stringEnd(bytes: Uint8Array, offset: number): number {
  const code = bytes[offset]!;
  if ((code & 0xe0) === 0xa0) return offset + 1 + (code & 0x1f);
  if (code === 0xd9) return offset + 2 + bytes[offset + 1]!;
  if (code === 0xda) return offset + 3 + ((bytes[offset + 1]! << 8) | bytes[offset + 2]!);
  return offset + 5 + unsigned32(bytes, offset + 1);
}

/** The text of the string at `offset`. */
export function stringAt(bytes: Uint8Array, offset: number): string {
  const start = stringStart(bytes, offset);
  const end = stringEnd(bytes, offset);
  if (end - start > 32) return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte > 0x7f) return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Are these two runs of bytes the same? */
export function sameBytes(
  left: Uint8Array,
  leftStart: number,
  right: Uint8Array,
  rightStart: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (left[leftStart + i] !== right[rightStart + i]) return false;
  return true;
}

/** Writes the shortest header of a map so that it ends right before `end`, and answers where it begins. */
export function writeMapHeaderBefore(bytes: Uint8Array, end: number, size: number): number {
  if (size < 16) {
    bytes[end - 1] = 0x80 | size;
    return end - 1;
  }
  bytes[end - 1] = size;
  bytes[end - 2] = size >>> 8;
  if (size < 0x10000) {
    bytes[end - 3] = 0xde;
    return end - 3;
  }
  bytes[end - 3] = size >>> 16;
  bytes[end - 4] = size >>> 24;
  bytes[end - 5] = 0xdf;
  return end - 5;
}

function unsigned32(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! * 0x1000000 + ((bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!);
}
