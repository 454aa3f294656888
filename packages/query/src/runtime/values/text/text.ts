import { stringifyJson, type Value } from '@cairn/protocol/internal';

/**
 * A value as the text that a template or a function makes of it: dates as ISO 8601, bytes as base64, null as `null`.
 * Arrays and objects are JSON on one line with sorted members, so that equal values have equal text.
 * @throws ValueLimitError for values whose text would be too long
 */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  return stringifyJson(value, { sorted: true });
}
