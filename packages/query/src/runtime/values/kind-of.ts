import type { Value } from '@cairn/protocol/internal';

/** The kind of a value as messages name it. */
export function kindOf(value: Value): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return 'a boolean';
    case 'string':
      return 'a string';
    case 'object':
      if (Array.isArray(value)) return 'an array';
      if (value instanceof Date) return 'a date';
      return value instanceof Uint8Array ? 'bytes' : 'an object';
    default:
      return 'a number';
  }
}
