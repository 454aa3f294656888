import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseEndpointUrl, withoutOrigin } from './endpoint-url.ts';

describe('the URL of an endpoint', () => {
  it('names database, service, path and query', () => {
    assert.deepEqual(parseEndpointUrl('/api/shop/default/users/a%20b/?x=1/2'), {
      ...{ database: 'shop', service: 'default', path: 'users/a%20b/', query: 'x=1/2' },
    });
    assert.deepEqual(parseEndpointUrl('/api/my%20shop/s%C3%BC?'), {
      ...{ database: 'my shop', service: 'sü', path: '', query: '' },
    });
    assert.equal(parseEndpointUrl('/api/shop/default')?.path, '');
    assert.equal(parseEndpointUrl('/api/shop/default//a//')?.path, '/a//');
  });

  it('may begin with the address of the server', () => {
    for (const [url, path] of [
      ['http://example.com/api/shop/default/x?y=http://z/', '/api/shop/default/x?y=http://z/'],
      ['HTTPS://example.com:7000/api/shop/default', '/api/shop/default'],
      ['http://example.com', '/'],
      ['http://example.com?x=1', '/?x=1'],
      ['/api/shop/default/http://x/', '/api/shop/default/http://x/'],
      ['*', '*'],
      ['ftp://example.com/x', 'ftp://example.com/x'],
    ] as const) {
      assert.equal(withoutOrigin(url), path);
    }
  });

  it('needs both names, and a path behind a slash', () => {
    for (const url of [
      '/api/',
      '/api/shop',
      '/api/shop/',
      '/api//x',
      '/api/shop?x=/default',
      '/api/%ff/x',
      '/api/shop//x',
      '/api/shop/default/',
      '/api/shop/default/?x=1',
    ]) {
      assert.equal(parseEndpointUrl(url), undefined, url);
    }
  });

  it('is taken apart as it was put together, and whatever it is', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(name, name, fc.array(name, { maxLength: 4 }), fc.string(), (database, service, segments, query) => {
        const path = segments.map(encodeURIComponent).join('/');
        const place = `${encodeURIComponent(database)}/${encodeURIComponent(service)}`;
        const url = `/api/${place}${path === '' ? '' : `/${path}`}${query === '' ? '' : `?${query}`}`;
        assert.deepEqual(parseEndpointUrl(url), { database, service, path, query });
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseEndpointUrl(`/api/${text}`)));
  });
});
