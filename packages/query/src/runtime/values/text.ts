import type { Value } from '@cairn/protocol/internal';

/** A value as the text that a template makes of it; null is `null`. Arrays and objects are compact JSON with sorted keys, so that equal values have equal text. */
export function toText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'object':
      if (value instanceof Date) return value.toISOString();
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      return toJsonText(value);
    default:
      return `${value}`;
  }
}

function toJsonText(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value !== 'object') return `${value}`;
  if (value instanceof Date || value instanceof Uint8Array) return JSON.stringify(toText(value));
  if (Array.isArray(value)) return `[${value.map(toJsonText).join(',')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${toJsonText(value[name])}`).join(',')}}`;
}
