import { compareValues, type Value, valuesEqual } from '@cairn/protocol/internal';

/** The comparison operators on values: the total order across types, with the common pairs decided here. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  const type = typeof a;
  if (type === typeof b && (type === 'string' || type === 'number')) return false;
  return valuesEqual(a, b);
}

export function isBelow(a: Value, b: Value): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a < b : compareValues(a, b) < 0;
}

export function isAtMost(a: Value, b: Value): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a <= b : compareValues(a, b) <= 0;
}

export function isAbove(a: Value, b: Value): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a > b : compareValues(a, b) > 0;
}

export function isAtLeast(a: Value, b: Value): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a >= b : compareValues(a, b) >= 0;
}
