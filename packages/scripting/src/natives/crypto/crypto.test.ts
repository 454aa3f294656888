import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { call, problemOf } from '../call-native.ts';
import { decodeToken, encodeToken } from './json-web-token.ts';

const SECRET = Buffer.from('secret');

function tokenOf(header: unknown, claims: unknown, key = 's'): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

describe('native crypto functions', () => {
  it('give the digests that others give', () => {
    assert.equal(call('crypto.md5', 'abc'), '900150983cd24fb0d6963f7d28e17f72');
    assert.equal(call('crypto.sha256', ''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    assert.equal(
      call('crypto.sha256', new Uint8Array([0xff])),
      'a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89',
    );
  });

  it('decode what they encode, and nothing that they would not have written', () => {
    for (const name of ['base64', 'base32', 'hex']) {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
          const text = call(`crypto.${name}_encode`, bytes) as string;
          assert.deepEqual(Buffer.from(call(`crypto.${name}_decode`, text) as Uint8Array), Buffer.from(bytes));
        }),
      );
    }
    for (const text of ['a!b', 'aGVsbG8', 'aGVsbG8_', 'aGVsbG9=', ' aGVsbG8=', 'aGVsbG8=\n']) {
      assert.equal(problemOf('crypto.base64_decode', text), 'Invalid base64', text);
    }
    for (const text of ['1!', 'ME', 'ME=====', 'me======', 'M=======', '========', 'ME====A=']) {
      assert.equal(problemOf('crypto.base32_decode', text), 'Invalid base32', text);
    }
    for (const text of ['zz', '6', '6 ']) assert.match(problemOf('crypto.hex_decode', text), /^Invalid hex/);
  });

  it('sign claims so that the same are the same text', () => {
    assert.equal(
      call('crypto.jwt_encode', { sub: 'u1', admin: true, n: 1 }, 'secret'),
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhZG1pbiI6dHJ1ZSwibiI6MSwic3ViIjoidTEifQ.pq-2eaIuY4WyUDhrI1ADihNz4kRljJctYYJS2DA9rQo',
    );
  });

  it('take tokens that are in force, and no others', () => {
    const claims = { sub: 'u1', nbf: 100, exp: 200 };
    const token = encodeToken(claims, SECRET);
    assert.deepEqual(decodeToken(token, SECRET, 100), claims);
    assert.throws(() => decodeToken(token, SECRET, 200), /^NativeError: JWT decode error: Token has expired$/);
    assert.throws(() => decodeToken(token, SECRET, 99.9), /Token is not valid yet/);
  });

  it('say what is wrong with a token', () => {
    const good = { alg: 'HS256', typ: 'JWT' };
    const [header, body, signature] = tokenOf(good, { a: 1 }).split('.');
    for (const [token, problem] of [
      ['a.b', 'Invalid JWT format'],
      ['a.b.c.d', 'Invalid JWT format'],
      ['x'.repeat(100_000), 'Invalid JWT format'],
      ['!.b.c', 'Invalid JWT header'],
      [`${Buffer.from('[]').toString('base64url')}.b.c`, 'Invalid JWT header'],
      [tokenOf({ alg: 'none', typ: 'JWT' }, {}), 'Unsupported JWT algorithm or type'],
      [tokenOf({ alg: 'HS512', typ: 'JWT' }, {}), 'Unsupported JWT algorithm or type'],
      [`${header}.${body}.`, 'Invalid JWT signature'],
      [`${header}.${body}.${signature.slice(0, -2)}`, 'Invalid JWT signature'],
      [tokenOf(good, { a: 1 }, 'other'), 'Invalid JWT signature'],
      [tokenOf(good, [1]), 'Invalid JWT claims'],
      [tokenOf(good, { exp: 'never' }), 'Invalid JWT claims'],
    ]) {
      assert.equal(problemOf('crypto.jwt_decode', token, 's'), `JWT decode error: ${problem}`);
    }
  });

  it('agree on a secret, as RFC 7748 has it', () => {
    const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');
    const alice = hex('77076d0a7318a57d3c16c17251b26645df4c1f92ebc1f9e4d8f3e6c9e58e8ea2'.slice(0, 64));
    const bob = hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
    const shared = (secret: Uint8Array, peer: Value): Value =>
      Buffer.from(call('crypto.curve25519', secret, peer) as Uint8Array).toString('hex');
    const publicOf = (secret: Uint8Array): Uint8Array => call('crypto.curve25519', secret, '') as Uint8Array;
    assert.equal(
      Buffer.from(publicOf(bob)).toString('hex'),
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    );
    assert.equal(shared(alice, publicOf(bob)), shared(bob, publicOf(alice)));
    assert.equal(problemOf('crypto.curve25519', 'short', ''), 'Secret key must be exactly 32 bytes');
    assert.equal(problemOf('crypto.curve25519', bob, 'short'), 'Peer public key must be exactly 32 bytes');
    assert.equal(problemOf('crypto.curve25519', bob, new Uint8Array(32)), 'Peer public key is of low order');
  });

  it('give as much chance as was asked for, up to a limit', () => {
    assert.match(
      call('crypto.uuid') as string,
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const ordered = Array.from({ length: 5000 }, () => call('crypto.uuid_v7') as string);
    assert.deepEqual([...ordered].sort(), ordered);
    assert.match(ordered[0], /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.match(call('crypto.random_string', 300) as string, /^[A-Za-z0-9]{300}$/);
    assert.equal((call('crypto.random_bytes', 0) as Uint8Array).length, 0);
    for (const count of [-1, 1.5, 2 ** 33, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.match(problemOf('crypto.random_bytes', count), /^bad argument #1/);
    }
  });
});
