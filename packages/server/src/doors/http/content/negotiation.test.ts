import assert from 'node:assert/strict';
import { decodeValue, encodeValue, skipValue } from '@cairn/protocol/internal';
import { HttpTestServer } from '../../../testing/http-test-server.ts';

describe('bodies over HTTP', function () {
  this.timeout(20_000);
  let server: HttpTestServer;
  const cursor = '/_api/database/shop/cursor';
  const users = '/_api/database/shop/document/users';

  before(async () => {
    server = await HttpTestServer.start();
    await server.send('/_api/database', { body: { name: 'shop' } });
    await server.send('/_api/database/shop/collection', { body: { name: 'users' } });
    const documents = Array.from({ length: 2_500 }, (_, n) => ({
      _key: `k${String(n).padStart(5, '0')}`,
      n,
      text: 'a,"b"',
    }));
    await server.send(`${users}/_batch`, { body: documents });
  });

  after(() => server.close());

  it('are answered as JSON, msgpack, lines and CSV, as the request likes', async () => {
    const query = { query: 'FOR u IN users LIMIT 3 RETURN {k: u._key, text: u.text}' };
    const as = async (accept: string) => server.send(cursor, { body: query, headers: { accept } });
    const { result } = (await as('application/json')).json;
    assert.equal(result!.length, 3);
    const packed = await as('application/msgpack');
    assert.equal(packed.headers.get('content-type'), 'application/msgpack');
    assert.deepEqual((decodeValue(packed.bytes, 0) as { result: unknown }).result, result);
    const lines = await as('application/x-ndjson');
    assert.equal(lines.headers.get('content-type'), 'application/x-ndjson');
    assert.deepEqual(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      result,
    );
    const csv = await as('text/csv');
    assert.equal(csv.text, 'k,text\r\nk00000,"a,""b"""\r\nk00001,"a,""b"""\r\nk00002,"a,""b"""\r\n');
    assert.match(csv.headers.get('vary')!, /accept/);
  });

  it('bring all rows when they are lines, however many batches that takes, and leave no cursor', async () => {
    const body = { query: 'FOR u IN users SORT u.n RETURN u.n', batch_size: 10 };
    for (const accept of ['application/x-ndjson', 'text/csv']) {
      const { text } = await server.send(cursor, { body, headers: { accept } });
      const rows = text
        .trimEnd()
        .split(/\r?\n/)
        .slice(accept === 'text/csv' ? 1 : 0);
      assert.deepEqual(
        rows.map(Number),
        Array.from({ length: 2_500 }, (_, n) => n),
      );
    }
    const sql = { query: 'SELECT n FROM users WHERE n < 2 ORDER BY n' };
    const answered = await server.send('/_api/database/shop/sql', { body: sql, headers: { accept: 'text/csv' } });
    assert.equal(answered.text, 'n\r\n0\r\n1\r\n');
  });

  it('of exports are whole in every format', async () => {
    const path = '/_api/database/shop/collection/users/export';
    const keys = (rows: { _key: string }[]) => rows.map(({ _key }) => _key);
    const lines = (await server.send(path)).text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, 2_500);
    const array = JSON.parse((await server.send(path, { headers: { accept: 'application/json' } })).text);
    assert.deepEqual(keys(array), keys(lines));
    const { bytes } = await server.send(path, { headers: { accept: 'application/msgpack' } });
    const unpacked: { _key: string }[] = [];
    for (let at = 0; at < bytes.length; at = skipValue(bytes, at)) unpacked.push(decodeValue(bytes, at) as never);
    assert.deepEqual(keys(unpacked), keys(lines));
  });

  it('of documents come by pages', async () => {
    const page = (await server.send(`${users}?limit=2&offset=2498`)).json;
    assert.deepEqual([page.result!.length, page.count, page.has_more], [2, 2_500, false]);
    assert.equal((await server.send(`${users}?limit=2`)).json.has_more, true);
    for (const wrong of ['limit=-1', 'limit=1&limit=2', 'offset=1e3', 'limit=']) {
      assert.equal((await server.send(`${users}?${wrong}`)).status, 422, wrong);
    }
    assert.equal(
      (await server.send(`${users}?limit=2`, { headers: { accept: 'text/csv' } })).text.split('\r\n').length,
      4,
    );
  });

  it('are 406 when nothing fits, before anything is done', async () => {
    const body = { query: "INSERT {_key: 'never'} INTO users" };
    const refused = await server.send(cursor, { body, headers: { accept: 'image/png' } });
    assert.deepEqual([refused.status, refused.json.type], [406, 'NotAcceptable']);
    assert.equal((await server.send(`${users}/never`)).status, 404);
    assert.equal((await server.send('/_api/databases', { headers: { accept: 'text/csv' } })).status, 406);
  });

  it('may be sent as msgpack', async () => {
    const headers = { 'content-type': 'application/msgpack', accept: 'application/msgpack' };
    const document = { _key: 'packed', big: 2n ** 63n, at: new Date(0), bytes: new Uint8Array([1, 2]) };
    const made = await server.send(users, { body: encodeValue(document), headers });
    assert.equal(made.status, 200);
    const read = decodeValue(
      (await server.send(`${users}/packed`, { headers: { accept: 'application/msgpack' } })).bytes,
      0,
    );
    const { big, at, bytes } = read as typeof document;
    assert.deepEqual([big, at, Buffer.from(bytes)], [2n ** 63n, new Date(0), Buffer.from([1, 2])]);
    for (const wrong of [Buffer.of(0xc1), Buffer.of(0x81), Buffer.of(0x80, 0x80), Buffer.alloc(2_000, 0x91)]) {
      assert.equal((await server.send(users, { body: wrong, headers })).status, 400);
    }
  });

  it('are 415 when they are of another kind or encoded', async () => {
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'text/csv']) {
      const answer = await server.send(users, { body: '{}', headers: { 'content-type': type } });
      assert.deepEqual([answer.status, answer.json.code], [415, 415], type);
    }
    const zipped = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    assert.equal((await server.send(users, { body: '{}', headers: zipped })).status, 415);
  });

  it('are compressed for who takes that, when they are long enough', async () => {
    const raw = (path: string, accept: string) =>
      server.sendRaw(
        `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept-encoding: ${accept}\r\nauthorization: Basic ${btoa('admin:correct horse')}\r\n\r\n`,
      );
    assert.match(await raw('/openapi.json', 'gzip'), /content-encoding: gzip/i);
    assert.doesNotMatch(await raw('/openapi.json', 'br'), /content-encoding/i);
    assert.doesNotMatch(await raw('/health', 'gzip'), /content-encoding/i);
    const long = await server.send(`${users}?limit=1000`, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(long.headers.get('content-encoding'), 'gzip');
    assert.equal(long.json.result!.length, 1_000); // the client has undone it
    const lines = await server.send('/_api/database/shop/collection/users/export', {
      headers: { 'accept-encoding': 'gzip' },
    });
    assert.equal(lines.headers.get('content-encoding'), 'gzip');
    assert.ok(lines.text.trimEnd().split('\n').length >= 2_500);
  });

  it('compressed have weak entity tags, which are as good when they come back', async () => {
    await server.send(users, { body: { _key: 'long', text: 'x'.repeat(5_000) } });
    const answer = await server.send(`${users}/long`, { headers: { 'accept-encoding': 'gzip' } });
    const tag = answer.headers.get('etag')!;
    assert.match(tag, /^W\/"[0-9a-f]+"$/);
    for (const header of [tag, tag.slice(2), `"other", ${tag}`, '*']) {
      assert.equal((await server.send(`${users}/long`, { headers: { 'if-none-match': header } })).status, 304, header);
    }
    const put = (condition: string) =>
      server.send(`${users}/long`, { method: 'PUT', body: { n: 1 }, headers: { 'if-match': condition } });
    assert.equal((await put(tag)).status, 200);
    assert.equal((await put(tag)).status, 412);
    assert.equal((await put('*')).status, 200);
  });
});
