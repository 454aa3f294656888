import { isObject, type Value, type ValueObject } from './value.ts';
import { WalkBudget } from './walk-budget.ts';

/** One for all: a comparison does not begin inside another. */
const walk = new WalkBudget();

/**
 * Whether two values are the same: deep, `1` is `1.0`, `0` is `-0`, the order of members does not matter.
 * @throws ValueLimitError for values that are too large or too deep to be walked
 */
export function valuesEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return numbersEqual(a, b);
  if (a === null || b === null) return false;
  walk.begin();
  const equal = structuresEqual(a, b, 1);
  walk.end();
  return equal;
}

function partsEqual(a: Value, b: Value, depth: number): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return numbersEqual(a, b);
  return a !== null && b !== null && structuresEqual(a, b, depth);
}

/** @param depth the level at which `a` and `b` stand */
function structuresEqual(a: Value & object, b: Value & object, depth: number): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && arraysEqual(a, b, depth);
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  return isObject(b) && objectsEqual(a, b, depth);
}

/** Whether two values that are not identical are the same number: a number may equal a bigint. */
function numbersEqual(a: Value, b: Value): boolean {
  // `==` compares the two by mathematical value.
  // biome-ignore lint/suspicious/noDoubleEquals: number and bigint are one type to the eye
  return (typeof a === 'bigint' || typeof b === 'bigint') && isNumeric(a) && isNumeric(b) && a == b;
}

function isNumeric(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function arraysEqual(a: Value[], b: Value[], depth: number): boolean {
  if (a.length !== b.length) return false;
  walk.enter(a.length, depth);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !partsEqual(a[i], b[i], depth + 1)) return false;
  return true;
}

function objectsEqual(a: ValueObject, b: ValueObject, depth: number): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  walk.enter(keys.length, depth);
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false;
    if (a[key] !== b[key] && !partsEqual(a[key], b[key], depth + 1)) return false;
  }
  return true;
}
