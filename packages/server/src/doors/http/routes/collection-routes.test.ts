import assert from 'node:assert/strict';
import { HttpTestServer } from '../../../testing/http-test-server.ts';

const base = '/_api/database/shop/collection';
const documents = '/_api/database/shop/document';

describe('collections over HTTP', function () {
  this.timeout(20_000);
  let server: HttpTestServer;

  before(async () => {
    server = await HttpTestServer.start();
    await server.send('/_api/database', { body: { name: 'shop' } });
    for (const name of ['keyed', 'dated', 'users']) await server.send(base, { body: { name } });
  });

  after(() => server.close());

  const countOf = async (collection: string) => Number((await server.send(`${base}/${collection}/count`)).json.count);

  it('are pruned by the time in generated keys, which others do not have', async () => {
    const old = '018cc251-f400-7000-8000-000000000000'; // made on 1 January 2024
    await server.send(`${documents}/keyed/_batch`, { body: [{ _key: old }, { _key: '0' }, { _key: 'zz' }, {}] });
    const prune = async (older_than: unknown) =>
      (await server.send(`${base}/keyed/prune`, { body: { older_than } })).json.deleted;
    assert.equal(await prune('2024-01-01T00:00:00Z'), 0);
    assert.equal(await prune('2024-01-01T00:00:00.001Z'), 1);
    assert.equal(await prune(Date.UTC(2024, 5)), 0);
    assert.equal(await countOf('keyed'), 3);
    assert.equal(await prune(Date.now() + 60_000), 1);
    for (const wrong of ['yesterday', -1, 1e20, null, {}]) {
      const answer = await server.send(`${base}/keyed/prune`, { body: { older_than: wrong } });
      assert.equal(answer.status, 422, String(wrong));
    }
  });

  it('are pruned by a date of theirs, in any form that is one', async () => {
    const values = ['2020-01-01T00:00:00Z', 5, '2030-01-01T00:00:00Z', 'rubbish', null, {}, [1], true];
    await server.send(`${documents}/dated/_batch`, { body: values.map((at) => ({ at })) });
    const body = { older_than: '2021-01-01T00:00:00Z', field: 'at' };
    assert.equal((await server.send(`${base}/dated/prune`, { body })).json.deleted, 2);
    assert.equal(await countOf('dated'), values.length - 2);
  });

  it('are repaired, have properties and say how they are spread', async () => {
    const repaired = await server.send(`${base}/users/repair`, { method: 'POST' });
    assert.deepEqual(repaired.json, { status: 'repaired', report: { repaired: false, findings: [] } });
    assert.equal((await server.send(`${base}/none/repair`, { method: 'POST' })).status, 404);
    const change = (body: object) => server.send(`${base}/users/properties`, { method: 'PUT', body });
    assert.deepEqual((await change({ type: 'document', numShards: 1 })).json, {
      ...{ name: 'users', status: 'updated', shardConfig: null },
    });
    assert.equal((await change({ type: 'edge' })).status, 400);
    await server.send('/_api/auth/users', {
      body: { username: 'vic', password: 'a long password 1', initial_role: 'viewer' },
    });
    const authorization = `Basic ${btoa('vic:a long password 1')}`;
    const asViewer = await server.send(`${base}/users/properties`, {
      method: 'PUT',
      body: {},
      headers: { authorization },
    });
    assert.equal(asViewer.status, 403);
    assert.equal((await change({ numShards: 3 })).status, 400);
    assert.equal((await change({ schema: { required: ['n'] }, validationMode: 'strict' })).status, 200);
    const odd = await server.send(`${base}/users/schema`, {
      body: { schema: { required: ['n'] }, validationMode: 'Strict' },
    });
    assert.equal(odd.json.validationMode, 'off', 'what is no mode is off');
    assert.equal((await change({ schema: { required: ['n'] }, validationMode: 'strict' })).status, 200);
    assert.equal((await server.send(`${documents}/users`, { body: {} })).json.type, 'SchemaValidationError');
    assert.equal((await server.send(`${base}/users/sharding`)).json.sharded, false);
    assert.equal((await server.send(base, { body: { name: 'wide', replicationFactor: 2 } })).status, 400);
  });

  it('of the system database are listed without its secrets', async () => {
    const system = '/_api/database/_system/collection';
    await server.send(system, { body: { name: 'notes' } });
    const { status, json } = await server.send(system);
    assert.equal(status, 200);
    const names = (json.collections as unknown as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(names, ['notes']);
  });

  it('of time series are added to and never changed', async () => {
    await server.send(base, { body: { name: 'series', type: 'timeseries' } });
    await server.send(`${documents}/series`, { body: { _key: 'a', n: 1 } });
    const change = { method: 'PUT', body: { n: 2 } };
    const refused = await server.send(`${documents}/series/a`, change);
    assert.deepEqual([refused.status, refused.json.type], [501, 'OperationNotSupported']);
    for (const query of [
      'FOR s IN series UPDATE s WITH {n: 2} IN series',
      'FOR s IN series REPLACE s WITH {n: 2} IN series',
      'UPSERT {_key: "a"} INSERT {_key: "a"} UPDATE {n: 2} IN series',
    ]) {
      assert.equal((await server.send('/_api/database/shop/cursor', { body: { query } })).status, 501, query);
    }
    const overwriting = await server.send(`${documents}/series?overwrite=true`, { body: { _key: 'a', n: 2 } });
    assert.equal(overwriting.status, 501);
    assert.equal((await server.send(`${documents}/series/a`)).json.n, 1);
    assert.equal((await server.send(`${documents}/series/a`, { method: 'DELETE' })).status, 204);
  });

  it('have rules, which are taken off again', async () => {
    const rules = `${base}/users/rules`;
    const set = await server.send(rules, {
      method: 'PUT',
      body: { read: 'doc.owner == @user.username', hidden: ['secret'] },
    });
    assert.equal(set.status, 200, set.text);
    assert.notEqual((await server.send(rules)).text, 'null');
    assert.equal((await server.send(rules, { method: 'DELETE' })).status, 204);
    assert.equal((await server.send(rules)).text, 'null');
  });

  it('and the rest of the server are looked after by routes that are commands', async () => {
    const get = async (path: string) => (await server.send(path)).json;
    assert.equal((await get('/_api/auth/users/admin')).username, 'admin');
    assert.ok(Array.isArray(await get('/_api/backups')));
    assert.ok(Array.isArray(await get('/_api/running')));
    assert.equal((await server.send('/_api/running/999999999', { method: 'DELETE' })).status < 500, true);
    assert.ok(Array.isArray((await get('/_api/audit?limit=3')).entries));
    assert.equal((await server.send('/_api/audit?limit=x')).status, 422);
    assert.equal((await server.send('/_api/database/shop/check', { body: {} })).text, '[]');
    const relaxed = await server.send('/_api/database/shop/durability', {
      method: 'PUT',
      body: { durability: 'relaxed' },
    });
    assert.equal(relaxed.status, 204);
    const explained = await server.send('/_api/auth/explain', {
      body: { command: 'list_collections', database: 'shop' },
    });
    assert.equal(explained.json.allowed, true);
  });

  it('keep savepoints of a transaction', async () => {
    const path = '/_api/database/shop/transaction';
    const { id } = (await server.send(`${path}/begin`, { body: {} })).json;
    const at = (step: string) => server.send(`${path}/${id}/savepoint/here/${step}`, { method: 'POST' });
    assert.equal((await at('set')).json.status, 'set');
    await server.send(`${path}/${id}/document/keyed`, { body: { _key: 'undone' } });
    assert.equal((await at('rollback')).json.status, 'rolled_back');
    assert.equal((await at('release')).json.status, 'released');
    assert.equal((await server.send('/_api/transactions')).json.transactions!.length, 1);
    await server.send(`${path}/${id}/commit`, { body: {} });
    assert.equal((await server.send(`${documents}/keyed/undone`)).status, 404);
  });
});
