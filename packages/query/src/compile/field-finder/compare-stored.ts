import { compareValues, encodeValue, type Value, valuesEqual } from '@cairn/protocol/internal';
import { recordKeyEnd, recordKeyStart } from '@cairn/storage/internal';
import { isMember } from '../../runtime/values/membership.ts';
import { isNumberType, readNumber } from './read-number.ts';
import { readStored } from './read-stored.ts';
import { sameBytes } from './same-bytes.ts';
import { skipStored } from './skip-stored.ts';

/**
 * A value that stored fields are compared with, made ready once: as a constant when the query is compiled, as a
 * bind value when it starts.
 */
export class Comparand {
  readonly value: Value;
  /** Equal stored values have exactly these bytes; undefined where equality is more than that. */
  readonly bytes: Uint8Array | undefined;
  /** Set for a number that JavaScript compares exactly with any stored number that is not a bigint. */
  readonly number: number | undefined;
  /** Where a text's bytes begin in `bytes`; 0 for what is no text. */
  readonly textStart: number;

  constructor(value: Value) {
    this.value = value;
    this.bytes = hasOneForm(value) ? encodeValue(value) : undefined;
    this.number = typeof value === 'number' ? value : undefined;
    this.textStart = typeof value === 'string' ? textStart(this.bytes!, 0) : 0;
  }
}

/**
 * Whether all values equal to this one have the same canonical bytes. Not so for large whole numbers (an integer
 * and a double of the same size are equal) and for arrays and objects (members in another order, such numbers inside).
 */
function hasOneForm(value: Value): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value);
  return value === null || typeof value === 'boolean' || typeof value === 'string';
}

/** `stored == comparand`. */
export function equalsStored(bytes: Uint8Array, at: number, comparand: Comparand): boolean {
  if (at < 0) return comparand.value === null;
  const wanted = comparand.bytes;
  if (wanted === undefined) return valuesEqual(readStored(bytes, at), comparand.value);
  if (bytes[at] !== wanted[0]) return false;
  return wanted.length === 1 || sameBytes(bytes, at, wanted);
}

/** `_key == comparand`. */
export function equalsKey(bytes: Uint8Array, record: number, comparand: Comparand): boolean {
  const wanted = comparand.bytes;
  if (wanted === undefined || comparand.textStart === 0) return false;
  const start = recordKeyStart(bytes, record);
  const length = wanted.length - comparand.textStart;
  if (recordKeyEnd(bytes, record) - start !== length) return false;
  // From the end, where neighbouring keys differ.
  for (let index = length - 1; index >= 0; index--) {
    if (bytes[start + index] !== wanted[comparand.textStart + index]) return false;
  }
  return true;
}

/** Below 0, 0 or above 0 as the stored value comes before, with or after the comparand in the total order. */
export function compareStored(bytes: Uint8Array, at: number, comparand: Comparand): number {
  if (at >= 0) {
    const type = bytes[at];
    if (comparand.number !== undefined && isNumberType(type)) {
      const stored = readNumber(bytes, at);
      if (typeof stored === 'number') return stored < comparand.number ? -1 : stored > comparand.number ? 1 : 0;
    } else if (comparand.textStart > 0 && isTextType(type)) return compareText(bytes, at, comparand);
  }
  return compareValues(readStored(bytes, at), comparand.value);
}

/** `stored > limit` and the like for a number: the commonest filters, with small whole numbers decided on one byte. */
export function storedAbove(bytes: Uint8Array, at: number, limit: number, comparand: Comparand): boolean {
  return at >= 0 && bytes[at] < 0x80 ? bytes[at] > limit : compareStored(bytes, at, comparand) > 0;
}

export function storedAtLeast(bytes: Uint8Array, at: number, limit: number, comparand: Comparand): boolean {
  return at >= 0 && bytes[at] < 0x80 ? bytes[at] >= limit : compareStored(bytes, at, comparand) >= 0;
}

export function storedBelow(bytes: Uint8Array, at: number, limit: number, comparand: Comparand): boolean {
  return at >= 0 && bytes[at] < 0x80 ? bytes[at] < limit : compareStored(bytes, at, comparand) < 0;
}

export function storedAtMost(bytes: Uint8Array, at: number, limit: number, comparand: Comparand): boolean {
  return at >= 0 && bytes[at] < 0x80 ? bytes[at] <= limit : compareStored(bytes, at, comparand) <= 0;
}

function isTextType(type: number): boolean {
  return (type >= 0xa0 && type < 0xc0) || (type >= 0xd9 && type <= 0xdb);
}

/** UTF-8 bytes sort as code points do. */
function compareText(bytes: Uint8Array, at: number, comparand: Comparand): number {
  const wanted = comparand.bytes!;
  const start = textStart(bytes, at);
  const length = textLength(bytes, at);
  const wantedStart = comparand.textStart;
  const wantedLength = wanted.length - wantedStart;
  const shorter = Math.min(length, wantedLength);
  for (let index = 0; index < shorter; index++) {
    const difference = bytes[start + index] - wanted[wantedStart + index];
    if (difference !== 0) return difference;
  }
  return length - wantedLength;
}

function textStart(bytes: Uint8Array, at: number): number {
  const type = bytes[at];
  if (type < 0xc0) return at + 1;
  return type === 0xd9 ? at + 2 : type === 0xda ? at + 3 : at + 5;
}

function textLength(bytes: Uint8Array, at: number): number {
  const type = bytes[at];
  if (type < 0xc0) return type & 0x1f;
  if (type === 0xd9) return bytes[at + 1];
  if (type === 0xda) return (bytes[at + 1] << 8) | bytes[at + 2];
  return bytes[at + 1] * 0x1000000 + ((bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]);
}

/** `comparand IN stored`: an element of a stored array, a key of a stored object; false for any other value. */
export function storedHas(bytes: Uint8Array, at: number, comparand: Comparand): boolean {
  if (at < 0) return false;
  const type = bytes[at];
  if ((type & 0xf0) !== 0x90) return isMember(comparand.value, readStored(bytes, at));
  let element = at + 1;
  for (let left = type & 0x0f; left > 0; left--) {
    if (equalsStored(bytes, element, comparand)) return true;
    element = skipStored(bytes, element);
  }
  return false;
}
