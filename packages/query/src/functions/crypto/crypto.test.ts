import assert from 'node:assert/strict';
import fc from 'fast-check';
import { call } from '../testing/call.ts';

describe('passwords', () => {
  it('are verified against the reference implementation’s hash', () => {
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    assert.equal(call('ARGON2_VERIFY', [hash, 'password']), true);
    assert.equal(call('ARGON2_VERIFY', [hash, 'passwort']), false);
  });

  it('have hashes that are verified, each with its own salt', () => {
    const hashes = [1, 2].map(() => call('ARGON2_HASH', ['secret']) as string);
    for (const hash of hashes) assert.equal(call('ARGON2_VERIFY', [hash, 'secret']), true);
  });

  it('are not verified against what is no hash, or one that would cost too much', () => {
    for (const hash of [
      'x',
      '$argon2id$v=19$m=4,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
      '$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
      '$argon2id$v=19$m=65536,t=9999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    ]) {
      assert.throws(() => call('ARGON2_VERIFY', [hash, 'password']), { code: 'invalid_argument' }, hash);
    }
  });
});

describe('encodings', () => {
  it('have one text for each sequence of bytes', () => {
    assert.equal(call('BASE64_DECODE', ['YQ==']), 'a');
    for (const text of ['YR==', 'YWJ=', 'YQ', 'YQ=']) assert.throws(() => call('BASE64_DECODE', [text]), /base64/);
  });

  it('are undone by decoding', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        (text) => {
          assert.equal(call('BASE64_DECODE', [call('BASE64_ENCODE', [text])]), text);
          assert.equal(call('HEX_DECODE', [call('HEX_ENCODE', [text])]), text);
        },
      ),
    ));

  it('are refused when they are none, or no text', () => {
    for (const text of ['aGVsbG8', '!!!!', '/w==', 'aGVs bG8=', '=', 'a===']) {
      assert.throws(() => call('BASE64_DECODE', [text]), /BASE64_DECODE/, text);
    }
    for (const text of ['abc', 'zz', 'ff']) assert.throws(() => call('HEX_DECODE', [text]), /HEX_DECODE/, text);
  });
});
