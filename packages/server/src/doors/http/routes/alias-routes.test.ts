import assert from 'node:assert/strict';
import { HttpTestServer } from '../../../testing/http-test-server.ts';

const shop = '/_api/database/shop';

describe('routes under the names of older clients', function () {
  this.timeout(20_000);
  let server: HttpTestServer;

  before(async () => {
    server = await HttpTestServer.start();
    assert.equal((await server.send('/_api/databases', { body: { name: 'shop' } })).json.status, 'created');
    await server.send(`${shop}/collection`, { body: { name: 'users' } });
    const all = Array.from({ length: 25 }, (_, n) => ({ _key: `k${n}`, n }));
    await server.send(`${shop}/document/users/_batch`, { body: all });
  });
  after(() => server.close());

  it('list and remove documents, and answer removals with a body', async () => {
    const page = (await server.send(`${shop}/collection/users/documents?limit=3&offset=1`)).json;
    assert.deepEqual([(page.result as unknown as unknown[]).length, page.count, page.has_more], [3, 25, true]);
    const removed = await server.send(`${shop}/collection/users/document/k24`, { method: 'DELETE' });
    assert.deepEqual([removed.status, removed.json], [200, { deleted: true }]);
    assert.equal((await server.send(`${shop}/document/users/k24`)).status, 404);
    assert.equal((await server.send(`${shop}/collection/users/document/k24`, { method: 'DELETE' })).status, 404);
  });

  it('run queries and transactions in the database that the body names', async () => {
    const body = { database: 'shop', sdbql: 'FOR u IN users FILTER u.n < @n SORT u.n RETURN u.n', bind_vars: { n: 3 } };
    assert.deepEqual((await server.send('/_api/query', { body })).json.result, [0, 1, 2]);
    for (const [step, status, left] of [
      ['rollback', 'aborted', 404],
      ['commit', 'committed', 200],
    ] as const) {
      const begun = await server.send('/_api/transaction/begin', { body: { database: 'shop' } });
      const { tx_id: id } = begun.json as unknown as { tx_id: string };
      const headers = { 'x-transaction-id': id };
      await server.send(`${shop}/document/users`, { body: { _key: 'staged' }, headers });
      const ended = await server.send(`/_api/transaction/${step}`, { body: { tx_id: id } });
      assert.deepEqual([ended.status, ended.json.status], [200, status], ended.text);
      assert.equal((await server.send(`${shop}/document/users/staged`)).status, left);
    }
  });

  it('say nothing that the routes of their own do not', async () => {
    const wrong = { body: { isolationLevel: 'bogus' } };
    assert.equal((await server.send(`${shop}/transaction/begin`, wrong)).status, 400);
    assert.equal((await server.send('/_api/query', { body: { sdbql: 'RETURN 1' } })).status, 422);
    assert.equal((await server.send('/_api/query', { body: { database: 'none', sdbql: 'RETURN 1' } })).status, 404);
  });
});

describe('what else older clients rely on over HTTP', function () {
  this.timeout(20_000);
  let server: HttpTestServer;

  before(async () => {
    server = await HttpTestServer.start();
    await server.send('/_api/database', { body: { name: 'shop' } });
    await server.send(`${shop}/collection`, { body: { name: 'users' } });
    const all = Array.from({ length: 25 }, (_, n) => ({ _key: `k${n}`, n }));
    await server.send(`${shop}/document/users/_batch`, { body: all });
  });
  after(() => server.close());

  it('is the number of all rows with the first of them, and of a batch with each later one', async () => {
    const query = 'FOR u IN users FILTER u.n >= 5 RETURN u.n';
    const first = (await server.send(`${shop}/cursor`, { body: { query, batchSize: 8 } })).json;
    assert.deepEqual([first.count, (first.result as unknown as unknown[]).length, first.has_more], [20, 8, true]);
    const next = (await server.send(`/_api/cursor/${first.id}`, { method: 'PUT', body: { batch_size: 8 } })).json;
    assert.deepEqual([next.count, (next.result as unknown as unknown[]).length, next.has_more], [8, 8, true]);
    const last = (await server.send(`/_api/cursor/${first.id}`, { method: 'PUT', body: {} })).json;
    assert.deepEqual([last.count, (last.result as unknown as unknown[]).length, last.has_more], [4, 4, false]);
    const many = (await server.send(`${shop}/cursor`, { body: { query: 'FOR n IN 1..30000 RETURN n' } })).json;
    assert.equal(many.count, 1000, 'too many to be counted');
    const seen: unknown[] = [...(many.result as unknown as unknown[])];
    for (let id = many.id, size = 1; id !== undefined; size = (size * 7) % 4_001) {
      const page = await server.send(`/_api/cursor/${id}`, { method: 'PUT', body: { batch_size: size } });
      const { result, has_more } = page.json as unknown as { result: unknown[]; has_more: boolean };
      assert.equal(result.length === size || !has_more, true, `${result.length} of ${size}`);
      seen.push(...result);
      if (!has_more) id = undefined as never;
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 30_000 }, (_, n) => n + 1),
    );
  });

  it('is that a writing query is run once, whatever it returns', async () => {
    const query = 'FOR n IN 1..30 INSERT {n} INTO users RETURN NEW.n';
    const written = (await server.send(`${shop}/cursor`, { body: { query, batch_size: 7 } })).json;
    assert.deepEqual([written.count, written.has_more, written.inserted], [30, false, 30]);
    assert.equal((await server.send(`${shop}/collection/users/count`)).json.count, 55);
  });

  it('is a schema by itself, and the key of a variable that is gone', async () => {
    const bare = { type: 'object', required: ['n'] };
    const set = (await server.send(`${shop}/collection/users/schema`, { body: bare })).json;
    assert.deepEqual([set.schema, set.validationMode], [bare, 'strict']);
    assert.equal((await server.send(`${shop}/document/users`, { body: {} })).status, 400);
    assert.equal((await server.send(`${shop}/collection/users/schema`, { body: {} })).status, 422);
    assert.equal(
      (await server.send(`${shop}/collection/users/schema`, { body: { validationMode: 'off' } })).status,
      422,
    );
    await server.send(`${shop}/env/A`, { method: 'PUT', body: { value: '1' } });
    const gone = await server.send(`${shop}/env/A`, { method: 'DELETE' });
    assert.deepEqual(gone.json, { status: 'deleted', key: 'A' });
  });

  it('is that a body which is not UTF-8 is refused, not mended', async () => {
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const headers = { 'content-type': 'application/json' };
    const refused = await server.send(`${shop}/document/users`, { method: 'POST', body: body as never, headers });
    assert.deepEqual([refused.status, refused.json.error_code], [400, 'invalid_argument']);
  });
});
