import { readText } from './text-bytes.ts';

/**
 * Member names repeat from document to document, so their strings are kept: comparing bytes with a string that is
 * there costs less than making another, and the engine has looked it up already. A slot holds one name; a clash
 * replaces it, so the cache never grows.
 */
const SLOTS = 4096;
/** Longer names are rarely repeated and would make a clash costly. */
const KEPT_LENGTH_MAX = 32;
const kept: string[] = new Array(SLOTS).fill('');

/** Reads a member's name of `length` UTF-8 bytes. */
export function readKey(bytes: Uint8Array, start: number, length: number): string {
  if (length === 0 || length > KEPT_LENGTH_MAX) return readText(bytes, start, start + length);
  const last = start + length - 1;
  const slot =
    (length * 31 +
      bytes[start] * 7 +
      bytes[last] * 131 +
      bytes[start + (length >> 1)] * 1031 +
      bytes[start + (length >> 2)] * 17) &
    (SLOTS - 1);
  const candidate = kept[slot];
  if (candidate.length === length) {
    let i = 0;
    while (i < length && candidate.charCodeAt(i) === bytes[start + i]) i++;
    if (i === length) return candidate;
  }
  const name = readText(bytes, start, start + length);
  // A name of other than ASCII letters has fewer code units than bytes, or units that equal no byte: it never matches.
  if (name.length === length) kept[slot] = name;
  return name;
}
