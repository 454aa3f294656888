import { isObject, type Value, type ValueObject } from './value.ts';

/** Whether two values are the same: deep, `1` is `1.0`, `0` is `-0`, the order of members does not matter. */
export function valuesEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  const type = typeof a;
  if (type !== 'object' || typeof b !== 'object') {
    // A number may equal a bigint; `==` compares the two by mathematical value.
    // biome-ignore lint/suspicious/noDoubleEquals: number and bigint are one type to the eye
    return (type === 'bigint' || typeof b === 'bigint') && isNumeric(a) && isNumeric(b) && a == b;
  }
  if (a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && arraysEqual(a, b);
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  return isObject(b) && objectsEqual(a as ValueObject, b);
}

function isNumeric(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function arraysEqual(a: Value[], b: Value[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!valuesEqual(a[i], b[i])) return false;
  return true;
}

function objectsEqual(a: ValueObject, b: ValueObject): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) if (!Object.hasOwn(b, key) || !valuesEqual(a[key], b[key])) return false;
  return true;
}
