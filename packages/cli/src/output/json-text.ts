import type { Value } from '@cairn/protocol';

/** `JSON.rawJSON` of ECMAScript's "JSON.parse source text access", which Node 24 has and the type library does not. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

/**
 * JSON text of a value: dates as ISO 8601, bytes as base64, 64-bit integers with all their digits.
 * `indent` in spaces; absent means one line.
 */
export function jsonText(value: Value, indent?: number): string {
  return JSON.stringify(value, replaceForJson, indent);
}

function replaceForJson(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return rawJSON(value.toString());
  // A Buffer has become {type, data} by its own toJSON before we are called: the holder still has the bytes.
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
  return value;
}
