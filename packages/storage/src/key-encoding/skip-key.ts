import { TAG } from './encode-key.ts';

/** Bytes of a number's double, behind its tag. */
const DOUBLE_BYTES = 8;
const REMAINDER_BYTES = 2;

/** Where the value that starts at `at` in a key ends, found without decoding it. */
export function skipKey(bytes: Uint8Array, at: number): number {
  let depth = 0;
  let position = at;
  do {
    const tag = bytes[position++];
    switch (tag) {
      case TAG.number:
        position += DOUBLE_BYTES + (hasRemainder(bytes, position) ? REMAINDER_BYTES : 0);
        break;
      case TAG.date:
        position += DOUBLE_BYTES;
        break;
      case TAG.string:
      case TAG.binary:
        position = skipEscaped(bytes, position);
        break;
      case TAG.array:
      case TAG.object:
        depth++;
        break;
      case TAG.end:
        depth--;
        break;
    }
  } while (depth > 0 && position < bytes.length);
  return position;
}

/** Whether the magnitude is 2^53 or more: the exponent's bits, with the sign taken off as the encoding put it on. */
function hasRemainder(bytes: Uint8Array, at: number): boolean {
  const isNegative = (bytes[at] & 0x80) === 0;
  const first = isNegative ? ~bytes[at] & 0x7f : bytes[at] & 0x7f;
  const second = isNegative ? ~bytes[at + 1] & 0xff : bytes[at + 1];
  return ((first << 4) | (second >> 4)) >= 1023 + 53;
}

function skipEscaped(bytes: Uint8Array, at: number): number {
  let position = at;
  for (; position < bytes.length; position++) {
    if (bytes[position] !== 0) continue;
    if (bytes[position + 1] === 0) return position + 2;
    position++; // an escaped zero
  }
  return position;
}
