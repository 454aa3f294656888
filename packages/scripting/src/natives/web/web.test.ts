import assert from 'node:assert/strict';
import fc from 'fast-check';
import { call, problemOf } from '../call-native.ts';

describe('native web functions', () => {
  it('write cookies', () => {
    const options = {
      path: '/',
      domain: 'a.example',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
      expires: '2030-01-01T00:00:00Z',
      max_age: 60,
    };
    assert.equal(
      call('web.cookie', 'sid', 'abc', options),
      'sid=abc; Path=/; Domain=a.example; Expires=Tue, 01 Jan 2030 00:00:00 GMT; Max-Age=60; Secure; HttpOnly; SameSite=Lax',
    );
    for (const expires of [1893456000, '1893456000', 'Tue, 01 Jan 2030 00:00:00 GMT']) {
      assert.equal(call('web.cookie', 't', 'v', { expires }), 't=v; Expires=Tue, 01 Jan 2030 00:00:00 GMT');
    }
    assert.equal(call('web.cookie', 't', 'v', { secure: false }), 't=v');
  });

  it('let nothing but a value into a cookie', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (value) => {
        assert.match(call('web.cookie', 'n', value.toWellFormed(), {}) as string, /^n=[\x20-\x3a\x3c-\x7e]*$/);
      }),
    );
    for (const name of ['', 'a b', 'a=b', 'a;b', 'a\r\nb', 'é']) {
      assert.equal(problemOf('web.cookie', name, 'v', {}), 'set_cookie: invalid name');
    }
    for (const options of [
      { path: '/;x' },
      { domain: 'a\r\nb' },
      { sameSite: 'maybe' },
      { expires: 'never' },
      { max_age: 'x' },
    ]) {
      assert.match(problemOf('web.cookie', 'n', 'v', options as never), /^set_cookie: invalid/);
    }
    assert.equal(problemOf('web.cookie', 'n', 'x'.repeat(5000), {}), 'set_cookie: too large');
  });

  it('keep headers from bringing others', () => {
    const headers = {
      'X-A': 'a\r\nX-Evil: 1',
      'X: 1\r\nX-Evil': '1',
      'Content-Length': 1,
      'transfer-encoding': 'chunked',
      n: 5,
      list: ['a', 'b'],
      none: {},
      '': 'x',
    };
    assert.deepEqual(call('web.headers', headers), [
      ['X-A', 'aX-Evil: 1'],
      ['n', '5'],
      ['list', 'a'],
      ['list', 'b'],
    ]);
    for (const odd of [null, 5, 'x', [1]]) assert.deepEqual(call('web.headers', odd), []);
    assert.equal(call('web.location', '/x\r\nX-Evil: 1'), '/xX-Evil:%201');
    assert.equal(call('web.location', '/é?a=%2F'), '/%C3%A9?a=%2F');
  });

  it('allow the origins of a list, and no others', () => {
    const options = { origins: ['https://a.example', 'https://b.example'], credentials: true, max_age: 60 };
    const cors = (origin?: string): Map<string, string> =>
      new Map(call('web.cors', options, origin) as [string, string][]);
    assert.equal(cors('https://b.example').get('Access-Control-Allow-Origin'), 'https://b.example');
    assert.equal(cors('https://b.example').get('Access-Control-Max-Age'), '60');
    for (const origin of ['https://evil.example', 'https://a.example.evil', 'null', undefined]) {
      assert.equal(cors(origin).has('Access-Control-Allow-Origin'), false);
      assert.equal(cors(origin).get('Vary'), 'Origin');
    }
    const single = new Map(call('web.cors', { origins: 'https://a.example' }, undefined) as [string, string][]);
    assert.equal(single.get('Access-Control-Allow-Origin'), 'https://a.example');
    const open = new Map(call('web.cors', { credentials: true }, 'https://x') as [string, string][]);
    assert.deepEqual(
      [open.get('Access-Control-Allow-Origin'), open.has('Access-Control-Allow-Credentials')],
      ['*', false],
    );
  });

  it('escape what HTML would read', () => {
    assert.equal(
      call('web.escape_html', `<a href="x">'&'</a>`),
      '&lt;a href=&quot;x&quot;&gt;&#x27;&amp;&#x27;&lt;/a&gt;',
    );
  });
});
