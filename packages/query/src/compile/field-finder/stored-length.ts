/** `LENGTH` of the value that begins at `at`: elements, members, code points or bytes; 0 for anything else and for nothing. */
export function storedLength(bytes: Uint8Array, at: number): number {
  if (at < 0) return 0;
  const type = bytes[at];
  if (type >= 0x80 && type < 0xa0) return type & 0x0f;
  if (type >= 0xa0 && type < 0xc0) return codePoints(bytes, at + 1, type & 0x1f);
  switch (type) {
    case 0xdc:
    case 0xde:
    case 0xc5:
      return readUint(bytes, at + 1, 2);
    case 0xdd:
    case 0xdf:
    case 0xc6:
      return readUint(bytes, at + 1, 4);
    case 0xc4:
      return bytes[at + 1];
    case 0xd9:
      return codePoints(bytes, at + 2, bytes[at + 1]);
    case 0xda:
      return codePoints(bytes, at + 3, readUint(bytes, at + 1, 2));
    case 0xdb:
      return codePoints(bytes, at + 5, readUint(bytes, at + 1, 4));
    default:
      return 0;
  }
}

/** Every byte of UTF-8 but the continuing ones begins a code point. */
function codePoints(bytes: Uint8Array, start: number, length: number): number {
  let count = 0;
  for (let at = start; at < start + length; at++) if ((bytes[at] & 0xc0) !== 0x80) count++;
  return count;
}

function readUint(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = 0; index < width; index++) value = value * 256 + bytes[at + index];
  return value;
}
