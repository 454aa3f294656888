import { NativeError } from '../native-function.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Digits at the end that stand for whole bytes, by what is left over of a group of eight. */
const POSSIBLE_RESTS: ReadonlySet<number> = new Set([0, 2, 4, 5, 7]);

/** RFC 4648, with padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += DIGITS[(value >> (bits - 5)) & 31];
  }
  if (bits > 0) text += DIGITS[(value << (5 - bits)) & 31];
  return text + '='.repeat((8 - (text.length % 8)) % 8);
}

/** @throws NativeError for text that is not padded base 32 */
export function decodeBase32(text: string): Uint8Array {
  const end = text.endsWith('=') ? text.indexOf('=') : text.length;
  const isPadded = text.length % 8 === 0 && text.length - end < 8 && /^=*$/.test(text.slice(end));
  if (!isPadded || !POSSIBLE_RESTS.has(end % 8)) throw new NativeError('Invalid base32');
  const bytes = Buffer.alloc(Math.floor((end * 5) / 8));
  let bits = 0;
  let value = 0;
  for (let at = 0, to = 0; at < end; at++) {
    const digit = DIGITS.indexOf(text[at]);
    if (digit < 0) throw new NativeError('Invalid base32');
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[to++] = (value >> bits) & 0xff;
    }
  }
  return bytes;
}
