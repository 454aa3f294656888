import assert from 'node:assert/strict';
import { HttpTestServer } from '../../../testing/http-test-server.ts';

const base = '/_api/database/shop/collection';

describe('imports over HTTP', function () {
  this.timeout(30_000);
  let server: HttpTestServer;

  before(async () => {
    server = await HttpTestServer.start();
    await server.send('/_api/database', { body: { name: 'shop' } });
  });

  after(() => server.close());

  const importInto = (collection: string, body: string | FormData, type?: string, query = '') =>
    server.send(`${base}/${collection}/import${query}`, {
      body,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  const documents = async (collection: string) =>
    (await server.send(`/_api/database/shop/document/${collection}?limit=1000000`)).json.result as unknown as {
      _key: string;
      [name: string]: unknown;
    }[];

  it('bring back what an export gave, types of collections too', async () => {
    await server.send(base, { body: { name: 'knows', type: 'edge' } });
    await server.send('/_api/database/shop/document/knows', {
      body: { _key: 'a', _from: 'p/1', _to: 'p/2', since: 1 },
    });
    const exported = await server.send(`${base}/knows/export`);
    const form = new FormData();
    form.append('note', 'to be passed over');
    form.append('file', new Blob([exported.text]), 'knows.jsonl');
    const answer = await importInto('copy', form);
    assert.deepEqual([answer.status, answer.json.imported, answer.json.count], [200, 1, 1]);
    const [copied] = await documents('copy');
    assert.deepEqual([copied!._from, copied!.since, copied!._collectionType], ['p/1', 1, undefined]);
    assert.equal((await server.send(`${base}/copy/stats`)).json.type, 'edge');
  });

  it('take the documents of an object that lists them', async () => {
    const listed = await importInto('listed', '{"documents":[{"_key":"a","n":1},{"_key":"b"}]}', 'application/json');
    assert.deepEqual([listed.json.imported, listed.json.failed], [2, 0], listed.text);
    assert.deepEqual(
      (await documents('listed')).map(({ _key }) => _key),
      ['a', 'b'],
    );
    // What is one document beside others, or has other members, stays one.
    await importInto('single', '[{"documents":[{"_key":"a"}]}]', 'application/json');
    await importInto('single', '{"documents":[{"_key":"a"}],"n":1}', 'application/json');
    assert.equal((await documents('single')).length, 2);
  });

  it('and other bodies are as large as the settings let them be', async () => {
    const small = await HttpTestServer.start({ httpBodyBytesMax: 1_000, httpImportBytesMax: 2_000 });
    try {
      await small.send('/_api/database', { body: { name: 'shop' } });
      await small.send(base, { body: { name: 'users' } });
      const insert = (length: number) =>
        small.send('/_api/database/shop/document/users', { body: { text: 'x'.repeat(length) } });
      assert.deepEqual([(await insert(900)).status, (await insert(1_000)).status], [200, 413]);
      const lines = (count: number) =>
        Array.from({ length: count }, (_, n) => `{"n":${n},"t":"${'x'.repeat(80)}"}\n`).join('');
      const headers = { 'content-type': 'application/x-ndjson' };
      const send = (count: number) => small.send(`${base}/users/import`, { body: lines(count), headers });
      assert.deepEqual([(await send(15)).status, (await send(30)).status], [200, 413]);
    } finally {
      await small.close();
    }
  });

  it('take lines, arrays and CSV by their type, their name, what is said or how they begin', async () => {
    const cases: [string | FormData, string | undefined, string?][] = [
      ['{"_key":"a","n":1}\n{"_key":"b","n":2}\n', 'application/x-ndjson'],
      ['[{"_key":"a","n":1},{"_key":"b","n":2}]', 'application/json'],
      ['_key,n\na,1\nb,2\n', 'text/csv', '?infer_types=true'],
      ['_key,n\na,1\nb,2\n', 'application/json', '?format=csv&infer_types=true'],
      [formOf('{"_key":"a","n":1}\n{"_key":"b","n":2}'), undefined],
      [formOf(' [{"_key":"a","n":1},{"_key":"b","n":2}]'), undefined],
      [formOf('_key,n\na,1\nb,2', 'data.csv'), undefined, '?infer_types=true'],
    ];
    for (const [index, [body, type, query]] of cases.entries()) {
      const answer = await importInto(`kinds${index}`, body, type, query);
      assert.equal(answer.json.imported, 2, `${index}: ${answer.text}`);
      assert.deepEqual(
        (await documents(`kinds${index}`)).map(({ _key, n }) => [_key, n]),
        [
          ['a', 1],
          ['b', 2],
        ],
      );
    }
  });

  it('count what cannot go in, say where it stands, and let it hold up nothing else', async () => {
    const lines = Array.from({ length: 2_100 }, (_, n) => `{"_key":"k${n % 2_095}","n":${n}}`);
    lines[7] = 'rubbish';
    const { json } = await importInto('partly', lines.join('\n'), 'application/x-ndjson');
    assert.deepEqual([json.imported, json.failed], [2_094, 6]);
    const errors = json.errors as unknown as { line: number; reason: string }[];
    assert.equal(errors[0]!.line, 8);
    assert.match(errors[1]!.reason, /already exists/);
    const replaced = await importInto('partly', '{"_key":"k1","n":"new"}', 'application/x-ndjson', '?mode=replace');
    assert.deepEqual([replaced.json.imported, replaced.json.failed], [1, 0]);
  });

  it('may be larger than other bodies', async () => {
    const line = `${JSON.stringify({ text: 'x'.repeat(10_000) })}\n`;
    const { status, json } = await importInto('large', line.repeat(1_200), 'application/x-ndjson');
    assert.deepEqual([status, json.imported], [200, 1_200]);
  });

  it('are refused when they are none', async () => {
    const wrong: [number, string | FormData, string?, string?][] = [
      [415, 'x', 'text/html'],
      [400, 'x', 'multipart/form-data; boundary=y'],
      [400, '--y\r\n\r\n', 'multipart/form-data; boundary=y'],
      [400, 'a,a\n1,2\n', 'text/csv'],
      [422, '{}', 'application/json', '?mode=other'],
    ];
    for (const [status, body, type, query] of wrong) {
      const answer = await importInto('none', body, type, query);
      assert.deepEqual([answer.status, answer.json.code], [status, status], `${type} ${answer.text}`);
    }
    const empty = new FormData();
    empty.append('other', 'x');
    assert.equal((await importInto('none', empty)).status, 400);
    const nowhere = '/_api/database/nowhere/collection/c/import';
    const headers = { 'content-type': 'application/json' };
    assert.equal((await server.send(nowhere, { body: '[{}]', headers })).status, 404);
    assert.equal(
      (await server.send(nowhere, { body: '[{}]', headers: { ...headers, authorization: '' } })).status,
      401,
    );
  });
});

function formOf(text: string, name = 'data'): FormData {
  const form = new FormData();
  form.append('file', new Blob([text]), name);
  return form;
}
