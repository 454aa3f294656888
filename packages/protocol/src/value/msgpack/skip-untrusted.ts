import { LIMITS } from '../../limits.ts';
import { InvalidValueError } from '../invalid-value-error.ts';
import { readUint16, readUint32 } from './number-bytes.ts';

/** Items left at each open level; one for all, because a walk never waits. */
const open = new Float64Array(LIMITS.nestingMaxDepth + 2);

/**
 * The end of the msgpack value that starts at `offset` of untrusted bytes. Checks that the value is whole, that its
 * nesting is within the limit and that no container announces more items than there are bytes; not what it holds.
 * @throws InvalidValueError
 */
export function skipUntrusted(bytes: Uint8Array, offset: number): number {
  const length = bytes.length;
  let at = offset;
  let depth = 0;
  open[0] = 1;
  for (;;) {
    while (open[depth] === 0) if (--depth < 0) return at;
    open[depth]--;
    if (at >= length) throw endsEarly(at);
    const marker = bytes[at++];
    if (marker < 0x80 || marker >= 0xe0) continue;
    let items = -1;
    if (marker >= 0xa0 && marker < 0xc0) at += marker & 0x1f;
    else if (marker < 0x90) items = (marker & 0x0f) * 2;
    else if (marker < 0xa0) items = marker & 0x0f;
    else {
      const width = headerWidth(marker, at);
      if (at + width > length) throw endsEarly(at);
      const size =
        width === 0 ? 0 : width === 1 ? bytes[at] : width === 2 ? readUint16(bytes, at) : readUint32(bytes, at);
      at += width;
      if (marker === 0xdc || marker === 0xdd) items = size;
      else if (marker >= 0xde) items = size * 2;
      else at += size + fixedBytes(marker);
    }
    if (at > length) throw endsEarly(at);
    if (items < 0) continue;
    if (items > length - at)
      throw new InvalidValueError('more items are announced than there are bytes', { offset: at });
    if (++depth > LIMITS.nestingMaxDepth) {
      throw new InvalidValueError(`nested deeper than ${LIMITS.nestingMaxDepth} levels`, { offset: at });
    }
    open[depth] = items;
  }
}

/** How many bytes of size follow a marker of 0xc0 or more. */
function headerWidth(marker: number, at: number): 0 | 1 | 2 | 4 {
  switch (marker) {
    case 0xc4:
    case 0xc7:
    case 0xd9:
      return 1;
    case 0xc5:
    case 0xc8:
    case 0xda:
    case 0xdc:
    case 0xde:
      return 2;
    case 0xc6:
    case 0xc9:
    case 0xdb:
    case 0xdd:
    case 0xdf:
      return 4;
    case 0xc1:
      throw new InvalidValueError('a reserved byte where a value begins', { offset: at - 1 });
    default:
      return 0;
  }
}

/** Bytes after a marker and its size that do not depend on the size. */
function fixedBytes(marker: number): number {
  if (marker >= 0xd4 && marker <= 0xd8) return 1 + (1 << (marker - 0xd4));
  if (marker >= 0xc7 && marker <= 0xc9) return 1;
  switch (marker) {
    case 0xcc:
    case 0xd0:
      return 1;
    case 0xcd:
    case 0xd1:
      return 2;
    case 0xca:
    case 0xce:
    case 0xd2:
      return 4;
    case 0xcb:
    case 0xcf:
    case 0xd3:
      return 8;
    default:
      return 0;
  }
}

function endsEarly(offset: number): InvalidValueError {
  return new InvalidValueError('the data ends inside a value', { offset });
}
