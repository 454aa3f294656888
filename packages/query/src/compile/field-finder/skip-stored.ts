import { skipValue } from '@cairn/protocol/internal';

/** Bytes that a value of each type byte takes; 0 where the type byte alone does not say. */
const SIZES = new Uint8Array(256);
for (let type = 0; type < 256; type++) SIZES[type] = sizeOf(type);

function sizeOf(type: number): number {
  if (type < 0x80 || type >= 0xe0) return 1; // small whole numbers
  if (type === 0x80 || type === 0x90) return 1; // {} and []
  if (type >= 0xa0 && type < 0xc0) return 1 + (type & 0x1f); // short text
  switch (type) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return 1;
    case 0xcc:
    case 0xd0:
      return 2;
    case 0xcd:
    case 0xd1:
      return 3;
    case 0xce:
    case 0xd2:
    case 0xca:
      return 5;
    case 0xcf:
    case 0xd3:
    case 0xcb:
      return 9;
    default:
      return 0;
  }
}

/** The end of the canonical value that begins at `offset`; the common types without a call into the general walk. */
export function skipStored(bytes: Uint8Array, offset: number): number {
  const type = bytes[offset];
  const size = SIZES[type];
  if (size !== 0) return offset + size;
  if (type === 0xd9) return offset + 2 + bytes[offset + 1];
  return skipValue(bytes, offset);
}
