import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningServer, startServer } from '../../server.ts';
import { resolveSettings } from '../../settings.ts';
import { ADMIN_PASSWORD } from '../../testing/test-engine.ts';
import { ROUTES } from './routes/route-table.ts';

interface Json {
  readonly [name: string]: Json;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Json;
}

describe('the HTTP door', function () {
  this.timeout(20_000);
  let folder: string;
  let server: RunningServer;
  let base: string;
  let token: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cairn-http-'));
    const flags = { port: 0, dataDir: join(folder, 'data'), logLevel: 'silent', adminPassword: ADMIN_PASSWORD };
    server = await startServer(resolveSettings({ flags }));
    base = `http://127.0.0.1:${server.port}`;
    const answer = await send('POST', '/auth/login', { username: 'admin', password: ADMIN_PASSWORD }, {});
    token = String(answer.json.token);
    await ok('POST', '/_api/database', { name: 'shop' });
    await ok('POST', '/_api/database/shop/collection', { name: 'users' });
  });

  after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${token}` },
  ): Promise<Answer> {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(base + path, { method, headers: { ...type, ...headers }, ...content });
    const text = await response.text();
    const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : text };
  }

  async function ok(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json> {
    const bearer = { authorization: `Bearer ${token}` };
    const answer = await send(method, path, body, { ...bearer, ...headers });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
    return answer.json;
  }

  const users = '/_api/database/shop/document/users';

  it('lets nobody in without credentials, and everybody with a token or a password', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer nonsense' },
      { authorization: 'ApiKey x' },
      { authorization: `Basic ${btoa('admin:wrong')}` },
      { authorization: 'Basic !' },
    ] as Record<string, string>[]) {
      const answer = await send('GET', '/_api/databases', undefined, headers);
      assert.equal(answer.status, 401);
      assert.equal(answer.json.error_code, 'unauthenticated');
    }
    assert.equal((await send('POST', '/auth/login', { username: 'admin', password: 'wrong' }, {})).status, 401);
    assert.deepEqual(await ok('GET', '/_api/databases'), { databases: ['_system', 'shop'] });
    const basic = { authorization: `Basic ${btoa(`admin:${ADMIN_PASSWORD}`)}` };
    assert.equal((await send('GET', '/_api/databases', undefined, basic)).status, 200);
    assert.equal((await send('GET', `/_api/databases?token=${token}`, undefined, {})).status, 200);
    assert.equal((await ok('GET', '/_api/auth/me')).username, 'admin');
  });

  it('hashes no password that it has just verified, however many requests come at once', async () => {
    const basic = { authorization: `Basic ${btoa(`admin:${ADMIN_PASSWORD}`)}` };
    await send('GET', '/_api/databases', undefined, basic);
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => send('GET', '/_api/databases', undefined, basic)),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  });

  it('keeps documents with their revisions as entity tags', async () => {
    const inserted = await send('POST', users, { _key: 'ann', name: 'Ann', big: 1 });
    assert.equal(inserted.status, 200);
    const tag = inserted.headers.get('etag')!;
    assert.equal(tag, `"${inserted.json._rev}"`);
    assert.equal((await send('POST', users, { _key: 'ann' })).status, 409);
    const wrongKey = await send('POST', users, { _key: 5 });
    assert.deepEqual([wrongKey.status, wrongKey.json.type], [400, 'InvalidDocument']);
    assert.equal((await ok('POST', `${users}?overwrite=true`, { _key: 'ann', name: 'Ann' })).name, 'Ann');
    const stale = await send('PUT', `${users}/ann`, { age: 30 }, { authorization: `Bearer ${token}`, 'if-match': tag });
    assert.equal(stale.status, 412);
    assert.equal(stale.json.error_code, 'conflict');
    const updated = await send('PUT', `${users}/ann`, { age: 30 });
    assert.deepEqual([updated.json.name, updated.json.age], ['Ann', 30]);
    const current = { authorization: `Bearer ${token}`, 'if-none-match': updated.headers.get('etag')! };
    assert.equal((await send('GET', `${users}/ann`, undefined, current)).status, 304);
    assert.equal((await ok('PUT', `${users}/ann?merge=false`, { age: 31 })).name, undefined);
    assert.equal((await send('PUT', `${users}/bob`, {})).status, 404);
    assert.equal((await ok('PUT', `${users}/bob?upsert=true`, { name: 'Bob' }))._key, 'bob');
    assert.equal((await send('DELETE', `${users}/bob`)).status, 204);
    const missing = await send('GET', `${users}/bob`);
    assert.deepEqual([missing.status, missing.json.type, missing.json.code], [404, 'DocumentNotFound', 404]);
    assert.equal((await send('GET', '/_api/database/none/document/users/x')).json.type, 'CollectionNotFound');
    const unnamed = await send('POST', '/_api/database/shop/cursor', { query: 'RETURN @unknown' });
    assert.deepEqual([unnamed.status, unnamed.json.type], [400, 'BadRequest']);
    const undefinedName = await send('POST', '/_api/database/shop/cursor', { query: 'RETURN unknown' });
    assert.deepEqual([undefinedName.status, undefinedName.json.type], [400, 'BadRequest']);
    const key = 'a:b c/é';
    await ok('POST', users, { _key: 'a:b c', x: 1 });
    assert.equal((await ok('GET', `${users}/${encodeURIComponent('a:b c')}`)).x, 1);
    assert.equal((await send('GET', `${users}/${encodeURIComponent(key)}`)).status, 404);
  });

  it('keeps 64-bit integers and members called __proto__', async () => {
    await ok('POST', users, '{"_key":"big","n":9007199254740993,"__proto__":{"x":1}}');
    const text = await (await fetch(`${base}${users}/big`, { headers: { authorization: `Bearer ${token}` } })).text();
    assert.match(text, /"n":9007199254740993/);
    assert.match(text, /"__proto__":\{"x":1\}/);
  });

  it('stores lists as a whole, finds what is missing, and exports', async () => {
    await ok('POST', '/_api/database/shop/collection', {
      name: 'many',
      schema: { required: ['n'] },
      validationMode: 'strict',
    });
    const many = '/_api/database/shop/document/many';
    const documents = Array.from({ length: 2_500 }, (_, n) => ({ _key: String(n).padStart(5, '0'), n }));
    assert.deepEqual(await ok('POST', `${many}/_batch`, documents), { inserted: 2_500, success: true });
    assert.equal((await send('POST', many, [{ _key: 'x', n: 1 }, { _key: 'y' }])).json.type, 'SchemaValidationError');
    assert.equal((await ok('GET', '/_api/database/shop/collection/many/count')).count, 2_500);
    const verified = await ok('POST', `${many}/_verify`, { keys: ['00001', 'none'] });
    assert.deepEqual(verified, { found: ['00001'], missing: ['none'], total_checked: 2 });
    const exported = String(await ok('GET', '/_api/database/shop/collection/many/export'))
      .trimEnd()
      .split('\n');
    assert.equal(exported.length, 2_500);
    const last = JSON.parse(exported.at(-1)!);
    assert.deepEqual([last.n, last._collectionType], [2_499, 'document']);
    assert.equal((await ok('PUT', '/_api/database/shop/collection/many/truncate')).deleted, 2_500);
  });

  it('runs queries with cursors, explains them, and takes SQL', async () => {
    const path = '/_api/database/shop/cursor';
    const first = await ok('POST', path, { query: 'FOR i IN 1..@n RETURN i', bindVars: { n: 5 }, batchSize: 3 });
    assert.deepEqual([first.result, first.count, first.has_more], [[1, 2, 3], 5, true]);
    const rest = await ok('PUT', `/_api/cursor/${first.id}`);
    assert.deepEqual([rest.result, rest.has_more], [[4, 5], false]);
    assert.equal((await send('PUT', `/_api/cursor/${first.id}`)).status, 404);
    const written = await ok('POST', path, { query: 'FOR i IN 1..3 INSERT {w: i} INTO users' });
    assert.deepEqual([written.inserted, written.updated, written.deleted], [3, 0, 0]);
    const plan = await ok('POST', '/_api/database/shop/explain', { query: 'FOR u IN users RETURN u' });
    assert.equal(plan.collections![0]!.name, 'users');
    const sql = '/_api/database/shop/sql';
    const answer = await ok('POST', sql, { query: 'SELECT COUNT(*) AS n FROM users WHERE w >= ?', bind_vars: [2] });
    assert.deepEqual(answer.result, [{ n: 2 }]);
    assert.match(String(answer.sdbql), /^FOR doc IN users FILTER/);
    assert.deepEqual((await ok('POST', sql, { query: 'DELETE FROM users WHERE w > 0' })).deleted, 3);
    assert.deepEqual((await ok('POST', sql, { query: 'SELECT 1', dry_run: true })).result, []);
    const wrong = await send('POST', sql, { query: 'SELECT' });
    assert.deepEqual([wrong.status, wrong.json.result, wrong.json.type], [400, null, 'ParseError']);
    const translated = await ok('POST', '/_api/sql/translate', { query: 'SELECT * FROM users' });
    assert.deepEqual(translated, { sql: 'SELECT * FROM users', sdbql: 'FOR doc IN users RETURN doc' });
  });

  it('makes and drops indexes', async () => {
    assert.deepEqual((await ok('GET', '/_api/database/shop/index/users/usage')).indexes, []);
    const path = '/_api/database/shop/index/users';
    const made = await ok('POST', path, { name: 'by_age', field: 'age' });
    assert.deepEqual([made.name, made.fields, made.type, made.status], ['by_age', ['age'], 'Persistent', 'created']);
    assert.equal((await ok('GET', path)).indexes!.length, 1);
    assert.equal((await ok('PUT', `${path}/rebuild`)).status, 'rebuilt');
    assert.equal((await send('DELETE', `${path}/by_age`)).status, 204);
    assert.equal((await send('DELETE', `${path}/by_age`)).status, 404);
  });

  it('runs transactions over their routes and over the header', async () => {
    const path = '/_api/database/shop/transaction';
    const { id, isolationLevel } = await ok('POST', `${path}/begin`, { isolationLevel: 'serializable' });
    assert.equal(isolationLevel, 'Serializable');
    const inside = { 'x-transaction-id': String(id) };
    await ok('POST', users, { _key: 'tx1' }, inside);
    await ok('POST', `${path}/${id}/document/users`, { _key: 'tx2' });
    assert.equal((await send('GET', `${users}/tx1`)).status, 404);
    const staged = await ok('POST', `${path}/${id}/query`, { query: "INSERT {_key: 'tx3'} INTO users" });
    assert.equal(staged.mutationCount, 1);
    const count = { query: "FOR u IN users FILTER u._key LIKE 'tx_' RETURN u._key" };
    assert.deepEqual((await ok('POST', '/_api/database/shop/cursor', count, inside)).result, ['tx1', 'tx2', 'tx3']);
    assert.equal((await ok('POST', `${path}/${id}/commit`, {})).status, 'committed');
    assert.equal((await ok('GET', `${users}/tx2`))._key, 'tx2');
    const other = await ok('POST', `${path}/begin`, {});
    await ok('DELETE', `${users}/tx1`, undefined, { 'x-transaction-id': String(other.id) });
    assert.equal((await ok('POST', `${path}/${other.id}/rollback`, {})).status, 'aborted');
    assert.equal((await send('GET', `${users}/tx1`)).status, 200);
    assert.equal((await send('POST', `${path}/tx:none/commit`, {})).json.type, 'TransactionNotFound');
  });

  it('answers rights, wrong requests and unknown places in one form', async () => {
    await server.engine.security.accounts.createUser('vic', `${ADMIN_PASSWORD} vic`, ['viewer']);
    const login = await send('POST', '/auth/login', { username: 'vic', password: `${ADMIN_PASSWORD} vic` }, {});
    const viewer = { authorization: `Bearer ${login.json.token}` };
    const cases: [number, string, string, unknown?, Record<string, string>?][] = [
      [403, 'POST', users, { x: 1 }, viewer],
      [404, 'GET', '/_api/nothing'],
      [404, 'GET', '/'],
      [405, 'PUT', '/_api/databases', {}],
      [400, 'POST', users, '{"x":'],
      [400, 'POST', users, `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
      [422, 'POST', '/_api/database/shop/cursor', {}],
      [413, 'POST', users, JSON.stringify({ x: 'y'.repeat(11 * 1024 * 1024) })],
    ];
    for (const [status, method, path, body, headers] of cases) {
      const answer = await send(method, path, body, headers);
      assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(answer.json)}`);
      assert.equal(answer.json.code, status);
      assert.equal(typeof answer.json.error, 'string');
      assert.equal(typeof answer.json.error_code, 'string');
    }
    const text = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
    assert.equal((await send('POST', users, 'x', text)).status, 415);
  });

  it('keeps users and their roles', async () => {
    const password = `${ADMIN_PASSWORD} zoe`;
    const made = await send('POST', '/_api/auth/users', { username: 'zoe', password, initial_role: 'viewer' });
    assert.deepEqual([made.status, made.json.username], [201, 'zoe']);
    assert.equal((await send('POST', '/_api/auth/users', { username: 'zoe', password })).status, 409);
    assert.equal((await send('POST', '/_api/auth/users/zoe/roles', { role: 'editor', database: 'shop' })).status, 201);
    const again = await send('POST', '/_api/auth/users/zoe/roles', { role: 'editor', database: 'shop' });
    assert.equal(again.status, 409);
    const assigned = (await ok('GET', '/_api/auth/users/zoe/roles')) as unknown as Record<string, unknown>[];
    assert.equal(assigned.length, 2);
    assert.ok(assigned.every((one) => one.assigned_by === 'admin' && typeof one.id === 'string'));
    assert.deepEqual(assigned.map(({ role, database }) => [role, database]).sort(), [
      ['editor', 'shop'],
      ['viewer', null],
    ]);
    const longName = { username: 'z'.repeat(65), password };
    assert.equal((await send('POST', '/_api/auth/users', longName)).status, 400);
    assert.equal((await send('DELETE', '/_api/auth/users/zoe/roles/editor?database=shop')).status, 204);
    const zoe = { authorization: `Basic ${btoa(`zoe:${password}`)}` };
    assert.equal((await send('GET', '/_api/auth/users', undefined, zoe)).status, 403);
    const guess = { current_password: 'wrong', new_password: `${password} 2` };
    const guessed = await send('PUT', '/_api/auth/password', guess, zoe);
    assert.deepEqual([guessed.status, guessed.json.error], [400, 'Current password is incorrect']);
    const change = { current_password: password, new_password: `${password} 2` };
    assert.equal((await send('PUT', '/_api/auth/password', change, zoe)).json.status, 'password_updated');
    assert.equal((await send('GET', '/_api/databases', undefined, zoe)).status, 401);
    assert.equal((await send('DELETE', '/_api/auth/users/zoe')).status, 204);
  });

  it('makes roles and keys, and lets a key in by either header until it is gone', async () => {
    const role = { name: 'clerk', permissions: ['read:shop/users'], description: 'reads users' };
    assert.equal((await send('POST', '/_api/auth/roles', role)).status, 201);
    assert.equal((await send('POST', '/_api/auth/roles', role)).status, 409);
    assert.equal((await ok('GET', '/_api/auth/roles/clerk')).description, 'reads users');
    const made = await ok('POST', '/_api/auth/api-keys', { name: 'import', roles: ['clerk'] });
    const key = String(made.key);
    for (const headers of [
      { 'x-api-key': key },
      { authorization: `ApiKey ${key}` },
      { authorization: `Bearer ${key}` },
    ] as Record<string, string>[]) {
      assert.equal((await send('GET', '/_api/database/shop/collection', undefined, headers)).status, 200);
      assert.equal((await send('POST', users, { name: 'x' }, headers)).status, 403);
    }
    const granted = async (wanted: object) =>
      (await ok('POST', '/_api/auth/api-keys', { name: 'other', ...wanted })).roles as unknown;
    assert.deepEqual(await granted({}), ['admin'], 'as those know it who say nothing but a name');
    assert.deepEqual(await granted({ roles: [] }), []);
    assert.deepEqual(await granted({ permissions: ['read:shop/users'] }), []);
    const listed = await ok('GET', '/_api/auth/api-keys');
    assert.ok(JSON.stringify(listed).includes(String(made.id)) && !JSON.stringify(listed).includes(key));
    const rotated = await ok('POST', `/_api/auth/api-keys/${made.id}/rotate`, {});
    assert.equal((await send('GET', '/_api/databases', undefined, { 'x-api-key': key })).status, 401);
    assert.equal((await send('GET', '/_api/databases', undefined, { 'x-api-key': String(rotated.key) })).status, 200);
    await ok('PUT', '/_api/auth/roles/clerk', { permissions: ['write:shop/users'] });
    assert.ok((await send('POST', users, { name: 'x' }, { 'x-api-key': String(rotated.key) })).status < 300);
    assert.equal((await send('DELETE', '/_api/auth/roles/clerk')).status, 204);
    assert.equal((await send('DELETE', '/_api/auth/roles/viewer')).status, 403);
    await ok('DELETE', `/_api/auth/api-keys/${made.id}`);
    assert.equal((await send('GET', '/_api/databases', undefined, { 'x-api-key': String(rotated.key) })).status, 401);
  });

  it('asks for credentials on every route but the login', async () => {
    for (const { method, path, command } of ROUTES) {
      if (command === 'auth') continue;
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      assert.equal((await send(method, path.replace(/:\w+/g, 'x'), body, {})).status, 401, `${method} ${path}`);
    }
  });

  it('ends the query of somebody who has gone', async () => {
    const failed = async () => {
      const text = String((await send('GET', '/metrics', undefined, {})).json);
      return Number(
        /^cairn_commands_total\{command="query",door="http",outcome="error"\} (\d+)$/m.exec(text)?.[1] ?? 0,
      );
    };
    const before = await failed();
    const gone = new AbortController();
    const query = 'FOR a IN 1..100000 FOR b IN 1..100000 FILTER a + b < 0 RETURN 1';
    const slow = fetch(`${base}/_api/database/shop/cursor`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
      signal: gone.signal,
    });
    await delay(100);
    gone.abort();
    await assert.rejects(slow);
    while ((await failed()) === before) await delay(10);
  });

  it('does not read a stranger’s body', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `POST ${users} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{`,
    );
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.destroy();
    assert.match(answer, /^HTTP\/1\.1 401 /);
  });

  it('lets readers of metrics and health in from this machine', async () => {
    for (const path of ['/health', '/_api/health']) {
      assert.equal((await send('GET', path, undefined, {})).json.status, 'ok');
    }
    assert.match(String((await send('GET', '/metrics', undefined, {})).json), /^cairn_commands_total/m);
    assert.equal((await send('HEAD', '/health', undefined, {})).status, 200);
  });
});
