import { argon2Sync, timingSafeEqual } from 'node:crypto';
import { FunctionError } from '../function-error.ts';

/** The cost that OWASP advises for argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;

const TAG_BYTES = 32;

/** Bounds on the cost that a stored hash may ask for, so that a made-up one does not stop the server. */
const MEMORY_MAX_KIB = 65_536;
const PASSES_MAX = 10;
const PARALLELISM_MAX = 4;

type Variant = 'argon2d' | 'argon2i' | 'argon2id';

/** A hash in the string form of the Password Hashing Competition (PHC): `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
const PHC_STRING =
  /^\$(argon2(?:id|i|d))\$v=19\$m=(\d{1,7}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

/** The argon2id hash of a password (RFC 9106) with a fresh salt, as a PHC string. */
export function hashPassword(password: string, salt: Uint8Array): string {
  const tag = argon2Sync('argon2id', { message: password, nonce: salt, tagLength: TAG_BYTES, ...COST });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpaddedBase64(salt)}$${unpaddedBase64(tag)}`;
}

/** Whether a PHC string is the hash of a password; an error for text that is no such hash. */
export function verifyPassword(hash: string, password: string): boolean {
  const match = PHC_STRING.exec(hash);
  if (match === null) throw new FunctionError('ARGON2_VERIFY', 'argument 1 (hash) is no argon2 hash');
  const [memory, passes, parallelism] = match.slice(2, 5).map(Number);
  if (memory > MEMORY_MAX_KIB || passes > PASSES_MAX || parallelism > PARALLELISM_MAX) {
    throw new FunctionError('ARGON2_VERIFY', 'the hash asks for more memory or time than is allowed');
  }
  if (memory < 8 * parallelism || passes < 1 || parallelism < 1) {
    throw new FunctionError('ARGON2_VERIFY', 'argument 1 (hash) is no argon2 hash');
  }
  const nonce = Buffer.from(match[5], 'base64');
  const expected = Buffer.from(match[6], 'base64');
  const cost = { memory, passes, parallelism, nonce, tagLength: expected.length };
  return timingSafeEqual(argon2Sync(match[1] as Variant, { message: password, ...cost }), expected);
}

function unpaddedBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
