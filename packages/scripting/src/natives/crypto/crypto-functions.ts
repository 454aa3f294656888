import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError, type NativeFunction, type NativeTable } from '../native-function.ts';
import { Parameters } from '../parameters.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { curve25519 } from './curve25519.ts';
import { decodeToken, encodeToken } from './json-web-token.ts';
import { randomLetters, timeOrderedUuid } from './random.ts';

function digest(algorithm: string): NativeFunction {
  return (...values) => createHash(algorithm).update(new Parameters(algorithm, values).bytes(1)).digest('hex');
}

function keyedDigest(algorithm: string): NativeFunction {
  return (...values) => {
    const p = new Parameters(`hmac_${algorithm}`, values);
    return createHmac(algorithm, p.bytes(1)).update(p.bytes(2)).digest('hex');
  };
}

/** Standard alphabet with padding, and nothing else: what a decoder would pass over is an error. */
function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new NativeError('Invalid base64');
  return bytes;
}

function decodeHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new NativeError('Invalid hex: odd number of digits');
  const bytes = Buffer.from(text, 'hex');
  if (bytes.length * 2 !== text.length) throw new NativeError('Invalid hex: not a digit');
  return bytes;
}

/** The functions that scripts find in `crypto`, but for passwords: those take long, and the server computes them. */
export const cryptoFunctions = {
  md5: digest('md5'),
  sha256: digest('sha256'),
  sha512: digest('sha512'),
  hmac_sha256: keyedDigest('sha256'),
  hmac_sha512: keyedDigest('sha512'),
  base64_encode: (...values) => new Parameters('base64_encode', values).bytes(1).toString('base64'),
  base64_decode: (...values) => decodeBase64(new Parameters('base64_decode', values).text(1)),
  base32_encode: (...values) => encodeBase32(new Parameters('base32_encode', values).bytes(1)),
  base32_decode: (...values) => decodeBase32(new Parameters('base32_decode', values).text(1)),
  hex_encode: (...values) => new Parameters('hex_encode', values).bytes(1).toString('hex'),
  hex_decode: (...values) => decodeHex(new Parameters('hex_decode', values).text(1)),
  uuid: () => randomUUID(),
  uuid_v7: () => timeOrderedUuid(),
  random_bytes: (...values) =>
    randomBytes(new Parameters('random_bytes', values).count(1, NATIVE_LIMITS.randomMaxBytes)),
  random_string: (...values) =>
    randomLetters(new Parameters('random_string', values).count(1, NATIVE_LIMITS.randomMaxBytes)),
  jwt_encode(...values) {
    const p = new Parameters('jwt_encode', values);
    return encodeToken(p.object(1), p.bytes(2));
  },
  jwt_decode(...values) {
    const p = new Parameters('jwt_decode', values);
    return decodeToken(p.text(1), p.bytes(2), Date.now() / 1000);
  },
  curve25519(...values) {
    const p = new Parameters('curve25519', values);
    return curve25519(p.bytes(1), p.bytes(2));
  },
} satisfies NativeTable;
