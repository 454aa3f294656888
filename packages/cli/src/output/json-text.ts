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

/** Sixteen digits in a row may be an integer beyond ±(2^53 − 1); fewer never are. */
const LONG_DIGITS = /[0-9]{16}/;
const INTEGER = /^-?[0-9]+$/;

/** `JSON.parse` that keeps integers beyond ±(2^53 − 1) exact, as bigint. Throws SyntaxError. */
export function parseJsonText(text: string): Value {
  return LONG_DIGITS.test(text) ? (JSON.parse(text, reviveLongInteger) as Value) : (JSON.parse(text) as Value);
}

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

function reviveLongInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  if (source === undefined || !INTEGER.test(source)) return value;
  const exact = BigInt(source);
  // Wider ones do not fit into the stored form: they stay the nearest double, as JSON readers everywhere have it.
  return exact >= INT64_MIN && exact <= UINT64_MAX ? exact : value;
}
