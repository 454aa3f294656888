import type { Value } from '../value/value.ts';

/** JSON's numbers: no leading zero and no plus, so that postcodes and telephone numbers stay text. */
const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;
const INTEGER = /^-?[0-9]+$/;
const NUMBER_MAX_LENGTH = 40;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** The number that `text` is, exact up to 64 bits; undefined when it is none. */
export function numberOf(text: string): number | bigint | undefined {
  if (text.length > NUMBER_MAX_LENGTH || !NUMBER.test(text)) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  if (!INTEGER.test(text) || Number.isSafeInteger(number)) return number;
  const exact = BigInt(text);
  return exact >= INT64_MIN && exact <= UINT64_MAX ? exact : undefined;
}

/** What an unquoted CSV field looks like: nothing and `null` are null, `true` and `false` booleans, then numbers. */
export function inferValue(text: string): Value {
  if (text === '' || text === 'null') return null;
  if (text === 'true') return true;
  if (text === 'false') return false;
  return numberOf(text) ?? text;
}
