import { readUint16, readUint32 } from './number-bytes.ts';

/**
 * The end of the value that starts at `offset`. For trusted bytes, canonical or as a ByteWriter writes them; it neither
 * validates nor copies, and uses no stack however deep the value is.
 */
export function skipValue(bytes: Uint8Array, offset: number): number {
  let at = offset;
  let open = 1;
  while (open > 0) {
    open--;
    const marker = bytes[at++];
    if (marker < 0x80 || marker >= 0xe0) continue;
    if (marker >= 0xa0 && marker < 0xc0) at += marker & 0x1f;
    else if (marker < 0x90) open += (marker & 0x0f) * 2;
    else if (marker < 0xa0) open += marker & 0x0f;
    else {
      switch (marker) {
        case 0xc0:
        case 0xc2:
        case 0xc3:
          break;
        case 0xcc:
        case 0xd0:
          at += 1;
          break;
        case 0xcd:
        case 0xd1:
          at += 2;
          break;
        case 0xca:
        case 0xce:
        case 0xd2:
          at += 4;
          break;
        case 0xcb:
        case 0xcf:
        case 0xd3:
          at += 8;
          break;
        case 0xd9:
        case 0xc4:
          at += 1 + bytes[at];
          break;
        case 0xda:
        case 0xc5:
          at += 2 + readUint16(bytes, at);
          break;
        case 0xdb:
        case 0xc6:
          at += 4 + readUint32(bytes, at);
          break;
        case 0xdc:
          open += readUint16(bytes, at);
          at += 2;
          break;
        case 0xdd:
          open += readUint32(bytes, at);
          at += 4;
          break;
        case 0xde:
          open += readUint16(bytes, at) * 2;
          at += 2;
          break;
        case 0xdf:
          open += readUint32(bytes, at) * 2;
          at += 4;
          break;
        case 0xd6:
          at += 5;
          break;
        case 0xd7:
          at += 9;
          break;
        case 0xc7:
          at += 2 + bytes[at];
          break;
        default:
          throw new RangeError(`not a stored value: byte ${marker} at ${at - 1}`);
      }
    }
  }
  return at;
}
