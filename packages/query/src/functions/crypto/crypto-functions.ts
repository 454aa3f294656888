import { createHash, createHmac } from 'node:crypto';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { hashPassword, verifyPassword } from './argon2.ts';

const text: Parameter = { name: 'text', type: 'string' };

function digest(name: string, algorithm: string, result: string): FunctionDefinition {
  return {
    name,
    category: 'crypto',
    parameters: [text],
    summary: `The ${algorithm.toUpperCase().replace('SHA', 'SHA-')} digest of the text’s UTF-8 bytes, in hexadecimal digits.`,
    examples: [{ expression: `${name}('abc')`, result }],
    evaluate: (_context: FunctionContext, input: string) => createHash(algorithm).update(input).digest('hex'),
  };
}

/** Functions of digests and passwords. */
export const cryptoFunctions: readonly FunctionDefinition[] = [
  digest('MD5', 'md5', '900150983cd24fb0d6963f7d28e17f72'),
  digest('SHA1', 'sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'),
  digest('SHA256', 'sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
  digest(
    'SHA512',
    'sha512',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ),
  {
    name: 'HMAC_SHA256',
    category: 'crypto',
    parameters: [
      { name: 'key', type: 'string' },
      { name: 'message', type: 'string' },
    ],
    summary: 'The HMAC of a message with SHA-256, in hexadecimal digits.',
    examples: [
      {
        expression: "HMAC_SHA256('key', 'message')",
        result: '6e9ef29b75fffc5b7abae527d58fdadb2fe42e7219011976917343065f58ed4a',
      },
    ],
    evaluate: (_context: FunctionContext, key: string, message: string) =>
      createHmac('sha256', key).update(message).digest('hex'),
  },
  {
    name: 'ARGON2_HASH',
    category: 'crypto',
    parameters: [{ name: 'password', type: 'string' }],
    pure: false,
    summary: 'A salted argon2id hash of a password, in the form that ARGON2_VERIFY takes.',
    examples: [{ expression: "LENGTH(ARGON2_HASH('secret'))", result: 97 }],
    evaluate: (context: FunctionContext, password: string) => hashPassword(password, context.randomBytes(16)),
  },
  {
    name: 'ARGON2_VERIFY',
    category: 'crypto',
    parameters: [
      { name: 'hash', type: 'string' },
      { name: 'password', type: 'string' },
    ],
    summary: 'Whether a hash was made of a password.',
    examples: [{ expression: "ARGON2_VERIFY(ARGON2_HASH('secret'), 'Secret')", result: false }],
    evaluate: (_context: FunctionContext, hash: string, password: string) => verifyPassword(hash, password),
  },
];
