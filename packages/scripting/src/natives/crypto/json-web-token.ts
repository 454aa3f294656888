import { createHmac, timingSafeEqual } from 'node:crypto';
import { isObject, stringifyJson, type Value, type ValueObject } from '@cairn/protocol/internal';
import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError } from '../native-function.ts';

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

const BASE64URL = /^[A-Za-z0-9_-]*$/;

function sign(text: string, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}

/** A token with these claims (RFC 7519), signed with HMAC-SHA-256. The same claims give the same token. */
export function encodeToken(claims: ValueObject, secret: Uint8Array): string {
  const signed = `${HEADER}.${Buffer.from(stringifyJson(claims, { sorted: true })).toString('base64url')}`;
  return `${signed}.${sign(signed, secret).toString('base64url')}`;
}

/**
 * The claims of a token that was signed with this secret, and is in force at `nowS` (seconds since 1970).
 * @throws NativeError that says what is wrong with it
 */
export function decodeToken(token: string, secret: Uint8Array, nowS: number): ValueObject {
  const parts = token.length > NATIVE_LIMITS.tokenMaxBytes ? [] : token.split('.');
  if (parts.length !== 3) throw refused('Invalid JWT format');
  const [header, claims, signature] = parts;
  const head = parsePart(header, 'Invalid JWT header');
  if (head.alg !== 'HS256' || (head.typ !== undefined && head.typ !== 'JWT')) {
    throw refused('Unsupported JWT algorithm or type');
  }
  const expected = sign(`${header}.${claims}`, secret);
  const given = Buffer.from(BASE64URL.test(signature) ? signature : '', 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refused('Invalid JWT signature');
  const data = parsePart(claims, 'Invalid JWT claims');
  checkTimes(data, nowS);
  return data;
}

function checkTimes({ exp = null, nbf = null }: ValueObject, nowS: number): void {
  for (const time of [exp, nbf]) if (time !== null && typeof time !== 'number') throw refused('Invalid JWT claims');
  if (exp !== null && nowS >= (exp as number)) throw refused('Token has expired');
  if (nbf !== null && nowS < (nbf as number)) throw refused('Token is not valid yet');
}

function parsePart(part: string, problem: string): ValueObject {
  let data: Value = null;
  if (BASE64URL.test(part)) {
    try {
      data = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Value;
    } catch {
      // no JSON: refused below
    }
  }
  if (!isObject(data)) throw refused(problem);
  return data;
}

function refused(problem: string): NativeError {
  return new NativeError(`JWT decode error: ${problem}`);
}
