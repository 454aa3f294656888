import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol';
import { parseConnectionString } from './connection-string.ts';

describe('a connection string', () => {
  it('gives every part', () => {
    assert.deepEqual(parseConnectionString('cairn://ann:s%40cret@db.example:7000/my%20shop?pool=8&timeoutMs=500'), {
      host: 'db.example',
      port: 7000,
      user: 'ann',
      password: 's@cret',
      database: 'my shop',
      pool: 8,
      timeoutMs: 500,
    });
  });

  it('may leave out all but the host, which may be IPv6', () => {
    assert.deepEqual(parseConnectionString('cairn://localhost'), { host: 'localhost' });
    assert.deepEqual(parseConnectionString('cairn://[::1]:7000'), { host: '::1', port: 7000 });
    assert.deepEqual(parseConnectionString('cairn://h/?apiKey=sk_1'), { host: 'h', apiKey: 'sk_1' });
  });

  it('asks for TLS by its scheme, and for a Unix socket by a parameter', () => {
    assert.deepEqual(parseConnectionString('cairns://h'), { host: 'h', tls: true });
    assert.deepEqual(parseConnectionString('cairns://h?tlsCa=/ca.pem&tlsCert=c.pem&tlsKey=k.pem'), {
      host: 'h',
      tls: { caFile: '/ca.pem', certFile: 'c.pem', keyFile: 'k.pem' },
    });
    assert.deepEqual(parseConnectionString('cairn://h?socket=/run/cairn.sock'), { host: 'h', path: '/run/cairn.sock' });
    assert.throws(() => parseConnectionString('cairn://h?tlsCa=/ca.pem'), /tlsCa goes with cairns:/);
  });

  it('is refused when it is something else, without repeating the password', () => {
    for (const text of [
      'http://ann:hush@h',
      'ann:hush@h',
      '',
      'cairn://ann:hush@h?pool=many',
      'cairn://ann:hush@h?colour=red',
      'cairn://ann:hush%zz@h',
      'cairn://%zz:hush@h',
    ]) {
      assert.throws(
        () => parseConnectionString(text),
        (error: CairnError) =>
          error instanceof CairnError && error.code === 'invalid_argument' && !error.message.includes('hush'),
      );
    }
  });
});
