import type { Value, ValueObject } from '@cairn/protocol/internal';
import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError } from '../native-function.ts';

/** A token of RFC 9110. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const SAME_SITE: ReadonlyMap<string, string> = new Map([
  ['lax', 'Lax'],
  ['strict', 'Strict'],
  ['none', 'None'],
]);

function refused(problem: string): NativeError {
  return new NativeError(`set_cookie: ${problem}`);
}

/** What would end a value, or cannot stand in a header, as percent and digits. */
function encodeValue(value: string): string {
  return value.replace(/[^\x20-\x3a\x3c-\x7e]/gu, (character) => {
    const bytes = Buffer.from(character);
    return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  });
}

/** The value of an attribute: what would end it is refused. */
function attribute(name: string, value: Value): string {
  const text = String(value);
  if (/^[\x20-\x3a\x3c-\x7e]*$/.test(text)) return text;
  throw refused(`invalid ${name}`);
}

/** Seconds since 1970, as a number or its digits, or a date as text, in the form of HTTP. */
function expiry(value: Value): string {
  const isSeconds = typeof value === 'number' || /^\s*-?\d+(?:\.\d+)?\s*$/.test(String(value));
  const date = new Date(isSeconds ? Number(value) * 1000 : String(value));
  if (Number.isNaN(date.getTime())) throw refused('invalid expires');
  return date.toUTCString();
}

/**
 * The text of a `Set-Cookie` line.
 * @param options `expires path domain max_age secure httpOnly sameSite`
 * @throws NativeError
 */
export function cookieText(name: string, value: string, options: ValueObject): string {
  if (!TOKEN.test(name)) throw refused('invalid name');
  const parts = [`${name}=${encodeValue(value)}`];
  const given = (key: string): Value => (Object.hasOwn(options, key) ? options[key] : null);
  const maxAge = given('max_age') ?? given('maxAge');
  if (given('path') !== null) parts.push(`Path=${attribute('path', given('path'))}`);
  if (given('domain') !== null) parts.push(`Domain=${attribute('domain', given('domain'))}`);
  if (given('expires') !== null) parts.push(`Expires=${expiry(given('expires'))}`);
  if (maxAge !== null) {
    if (!Number.isFinite(Number(maxAge))) throw refused('invalid max_age');
    parts.push(`Max-Age=${Math.trunc(Number(maxAge))}`);
  }
  if (given('secure') === true) parts.push('Secure');
  if (given('httpOnly') === true || given('http_only') === true) parts.push('HttpOnly');
  const sameSite = given('sameSite') ?? given('same_site');
  if (sameSite !== null) {
    const word = SAME_SITE.get(String(sameSite).toLowerCase());
    if (word === undefined) throw refused('invalid sameSite');
    parts.push(`SameSite=${word}`);
  }
  const text = parts.join('; ');
  if (Buffer.byteLength(text) > NATIVE_LIMITS.cookieMaxBytes) throw refused('too large');
  return text;
}
