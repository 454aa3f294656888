import { recordCount, recordKeyEnd, recordKeyStart } from './layout.ts';

/** Compares two byte strings as unsigned bytes, the shorter first where one begins the other. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return compareRange(a, 0, a.length, b);
}

/** Compares `bytes[start, end)` with `key`. */
export function compareRange(bytes: Uint8Array, start: number, end: number, key: Uint8Array): number {
  const length = Math.min(end - start, key.length);
  for (let at = 0; at < length; at++) {
    const difference = bytes[start + at] - key[at];
    if (difference !== 0) return difference;
  }
  return end - start - key.length;
}

/** The position of the first record whose key is at or after `key`; the record count when there is none. */
export function lowerBound(bytes: Uint8Array, key: Uint8Array): number {
  let low = 0;
  let high = recordCount(bytes);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareRange(bytes, recordKeyStart(bytes, middle), recordKeyEnd(bytes, middle), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The record with this key, or −1. */
export function findRecord(bytes: Uint8Array, key: Uint8Array): number {
  const at = lowerBound(bytes, key);
  if (at === recordCount(bytes)) return -1;
  return compareRange(bytes, recordKeyStart(bytes, at), recordKeyEnd(bytes, at), key) === 0 ? at : -1;
}
