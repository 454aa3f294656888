import { type ByteWriter, decodeValue, type Value } from '@cairn/protocol/internal';
import { isNumberType, readNumber } from './read-number.ts';
import { readShortText } from './short-text.ts';
import { skipStored } from './skip-stored.ts';

/** The value that begins at `at`; null when there is none (-1). */
export function readStored(bytes: Uint8Array, at: number): Value {
  if (at < 0) return null;
  const type = bytes[at];
  if (type < 0x80) return type;
  if (type >= 0xa0 && type < 0xc0) {
    return readShortText(bytes, at + 1, type & 0x1f) ?? decodeValue(bytes, at);
  }
  if (isNumberType(type)) return readNumber(bytes, at);
  if (type === 0xc0) return null;
  if (type === 0xc2) return false;
  if (type === 0xc3) return true;
  return decodeValue(bytes, at);
}

/** The truth of the value that begins at `at`: null, false, 0 and '' are false, as is a missing one. */
export function isStoredTrue(bytes: Uint8Array, at: number): boolean {
  if (at < 0) return false;
  const type = bytes[at];
  return type !== 0xc3 ? type !== 0 && type !== 0xc0 && type !== 0xc2 && type !== 0xa0 : true;
}

/** Copies the value that begins at `at`; nil when there is none. */
export function copyStored(writer: ByteWriter, bytes: Uint8Array, at: number): void {
  if (at < 0) writer.nil();
  else writer.raw(bytes, at, skipStored(bytes, at));
}
