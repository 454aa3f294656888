import type { Value } from './value.ts';

/**
 * The place of a value's type in the order of all values:
 * null 0, false 1, true 2, number 3, string 4, date 5, bytes 6, array 7, object 8.
 */
export function typeRank(value: Value): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 3;
    case 'string':
      return 4;
    case 'boolean':
      return value ? 2 : 1;
    case 'object':
      if (value === null) return 0;
      if (Array.isArray(value)) return 7;
      if (value instanceof Date) return 5;
      if (value instanceof Uint8Array) return 6;
      return 8;
    default:
      return 0;
  }
}
