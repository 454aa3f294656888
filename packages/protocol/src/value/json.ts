import { setMember, type Value } from './value.ts';

/** A value as JSON data: dates as ISO 8601 text, bytes as base64. Integers beyond 2^53 stay bigints (see `stringifyJson`). */
export function toJson(value: Value): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  const object: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setMember(object, key, toJson(value[key]));
  return object;
}

/**
 * A value as JSON text. Integers beyond 2^53 are written with all their digits.
 * @param indent spaces a level; none for one line
 */
export function stringifyJson(value: Value, indent = 0): string {
  return write(value, indent, indent > 0 ? '\n' : '');
}

function write(value: Value, indent: number, line: string): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? (Object.is(value, -0) ? '0' : String(value)) : 'null';
    case 'object':
      return value === null ? 'null' : writeObject(value, indent, line);
    default:
      return String(value ?? null);
  }
}

function writeObject(
  value: Exclude<Value, null | boolean | number | bigint | string>,
  indent: number,
  line: string,
): string {
  if (value instanceof Date || value instanceof Uint8Array) return JSON.stringify(toJson(value));
  const inner = line === '' ? '' : line + ' '.repeat(indent);
  if (Array.isArray(value))
    return list(
      '[',
      value.map((item) => write(item, indent, inner)),
      ']',
      inner,
      line,
    );
  const separator = line === '' ? ':' : ': ';
  const members = Object.keys(value).map((key) => JSON.stringify(key) + separator + write(value[key], indent, inner));
  return list('{', members, '}', inner, line);
}

function list(open: string, parts: string[], close: string, inner: string, outer: string): string {
  return parts.length === 0 ? open + close : open + inner + parts.join(`,${inner}`) + outer + close;
}
