import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import { type Client, connect } from './client.ts';
import { backOffMs } from './connection/back-off.ts';
import { type FakeHandler, FakeServer } from './connection/fake-server.ts';

const OK: ValueObject = { status: 'ok' };

/** Answers `auth` with a token and leaves the rest to `handler`. */
function authenticating(handler: FakeHandler): FakeHandler {
  return (request, connection) => {
    if (request.cmd !== 'auth') return handler(request, connection);
    const known = request.password === 'secret' || request.token === 'token-1';
    return known
      ? {
          status: 'ok',
          data: { user: 'ann', roles: ['admin'], databases: null, token: 'token-1', server_version: '0' },
        }
      : { status: 'error', error: { AuthError: 'Invalid credentials' }, code: 'unauthenticated' };
  };
}

describe('a client', () => {
  let server: FakeServer;
  let client: Client;

  afterEach(async () => {
    await client?.close();
    await server.stop();
  });

  async function start(handler: FakeHandler, parameters = 'pool=3'): Promise<Client> {
    server = await FakeServer.start(authenticating(handler));
    client = await connect(`cairn://ann:secret@127.0.0.1:${server.port}/shop?${parameters}`);
    return client;
  }

  it('authenticates each connection, the first by password and the others by its token', async () => {
    const waiting: (() => void)[] = [];
    await start((request) =>
      request.cmd === 'ping'
        ? { status: 'pong', timestamp: 5 }
        : new Promise((resolve) => waiting.push(() => resolve(OK))),
    );
    const slow = Array.from({ length: 6 }, () => client.command('slow'));
    while (server.connections < 3) {
      await client.ping();
      void client.command('slow').catch(() => {});
    }
    await client.ping();
    for (const answer of waiting) answer();
    await Promise.all(slow);
    const authentications = server.requests.filter((request) => request.cmd === 'auth');
    assert.equal(authentications.length, server.connections);
    assert.deepEqual(
      authentications.map((request) => request.password),
      ['secret', '', ''],
    );
    assert.deepEqual(
      authentications.slice(1).map((request) => request.token),
      ['token-1', 'token-1'],
    );
  });

  it('says at once that the password is wrong, or that nobody listens', async () => {
    server = await FakeServer.start(authenticating(() => OK));
    await assert.rejects(connect({ port: server.port, user: 'ann', password: 'wrong' }), { code: 'unauthenticated' });
    const { port } = server;
    await server.stop();
    await assert.rejects(connect({ port }), { code: 'connection_failed' });
  });

  it('connects although its database is yet to be created', async () => {
    server = await FakeServer.start((request) =>
      request.cmd === 'auth' && request.database === 'shop'
        ? { status: 'error', error: { DatabaseError: "Database 'shop' not found" }, code: 'not_found' }
        : OK,
    );
    client = await connect({ port: server.port, user: 'ann', password: 'secret', database: 'shop' });
    assert.deepEqual(
      server.requests.map((request) => request.database),
      ['shop', '_system'],
    );
  });

  it('sends the fields of the documents’ commands', async () => {
    await start((request) =>
      request.cmd === 'list' ? { status: 'ok', data: [], count: 7 } : { status: 'ok', data: {}, count: 2 },
    );
    const users = client.database().collection<{ name: string }>('users');
    await users.get('a');
    await users.insert({ name: 'Ann' }, { mode: 'replace' });
    await users.update('a', { name: 'Bob' }, { ifRevision: 'r1' });
    await users.replace('a', { name: 'Cy' });
    await users.delete('a');
    assert.equal(await users.bulkInsert([{ name: 'a' }, { name: 'b' }]), 2);
    assert.equal(await users.count(), 7);
    await users.truncate();
    await users.indexes.create({ name: 'n', fields: ['name'], unique: true });
    const place = { database: 'shop', collection: 'users' };
    const sent = server.requests.slice(1).map(({ rid, ...fields }) => fields);
    assert.deepEqual(sent, [
      { cmd: 'get', ...place, key: 'a' },
      { cmd: 'insert', ...place, document: { name: 'Ann' }, mode: 'replace' },
      { cmd: 'update', ...place, key: 'a', document: { name: 'Bob' }, merge: true, if_rev: 'r1' },
      { cmd: 'replace', ...place, key: 'a', document: { name: 'Cy' } },
      { cmd: 'delete', ...place, key: 'a' },
      { cmd: 'bulk_insert', ...place, documents: [{ name: 'a' }, { name: 'b' }] },
      { cmd: 'list', ...place, limit: 0 },
      { cmd: 'truncate_collection', ...place },
      { cmd: 'create_index', ...place, name: 'n', fields: ['name'], unique: true },
    ]);
  });

  it('repeats what is idempotent after a broken connection, and nothing else', async () => {
    let calls = 0;
    await start(() => (++calls % 2 === 1 ? 'hang up' : { status: 'ok', data: { name: 'Ann' } }));
    const users = client.database().collection('users');
    assert.deepEqual(await users.get('a'), { name: 'Ann' });
    await assert.rejects(users.insert({ name: 'Ann' }), { code: 'connection_failed' });
    assert.deepEqual(server.commands, ['get', 'get', 'insert']);
  });

  it('waits for a server that restarts', async () => {
    await start(() => ({ status: 'pong', timestamp: 1 }), 'pool=1');
    await client.ping();
    const { port } = server;
    await server.stop();
    const answer = client.ping();
    server = await FakeServer.start(
      authenticating(() => ({ status: 'pong', timestamp: 2 })),
      { port },
    );
    assert.equal((await answer).getTime(), 2);
  });

  it('tries again what an overloaded server refused', async () => {
    let calls = 0;
    await start(() =>
      ++calls === 1 ? { status: 'error', error: { DatabaseError: 'busy' }, code: 'overloaded', retryable: true } : OK,
    );
    await client.command('insert');
    assert.equal(calls, 2);
  });

  it('reads a cursor batch by batch and closes it when its reader leaves', async () => {
    let next = 0;
    await start((request) => {
      if (request.cmd === 'cursor_close') return OK;
      next += 2;
      return { status: 'ok', data: [next - 2, next - 1], cursor: 'c1', has_more: next < 6 };
    });
    const rows: number[] = [];
    for await (const row of await client.database().queryCursor<number>('FOR …', {}, { batchSize: 2 })) rows.push(row);
    assert.deepEqual(rows, [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(server.commands, ['query', 'cursor_next', 'cursor_next']);
    next = 0;
    for await (const row of await client.database().queryCursor<number>('FOR …', {}, { batchSize: 2 }))
      if (row === 1) break;
    assert.deepEqual(server.commands.slice(3), ['query', 'cursor_close']);
  });

  it('runs a transaction again after a conflict, with its id on every command', async () => {
    let begun = 0;
    await start((request) => {
      if (request.cmd === 'begin_transaction') return { status: 'ok', tx_id: `tx:${++begun}`, data: `tx:${begun}` };
      if (request.cmd === 'commit_transaction' && begun < 3) {
        return { status: 'error', error: { TransactionError: 'conflict' }, code: 'conflict', retryable: true };
      }
      return { status: 'ok', data: {} };
    });
    const result = await client.database().transaction(async (transaction) => {
      await transaction.collection('accounts').get('a');
      return transaction.id;
    });
    assert.equal(result, 'tx:3');
    assert.equal(
      server.requests.filter((request) => request.cmd === 'get' && typeof request.tx_id === 'string').length,
      3,
    );
    assert.equal(
      server.requests.find((request) => request.cmd === 'begin_transaction')!.isolation_level,
      'repeatable_read',
    );
  });

  it('rolls a transaction back when its function fails', async () => {
    await start((request) => (request.cmd === 'begin_transaction' ? { status: 'ok', tx_id: 'tx:1' } : OK));
    const work = client.database().transaction(() => Promise.reject(new Error('mine')));
    await assert.rejects(work, /mine/);
    assert.deepEqual(server.commands, ['begin_transaction', 'rollback_transaction']);
  });

  it('passes on an error that no second try would mend, and gives up after so many tries', async () => {
    let code = 'unique_violation';
    await start((request) => {
      if (request.cmd === 'begin_transaction') return { status: 'ok', tx_id: 'tx:1' };
      if (request.cmd !== 'commit_transaction') return OK;
      return { status: 'error', error: { TransactionError: 'no' }, code, retryable: code === 'conflict' };
    });
    const begun = () => server.commands.filter((command) => command === 'begin_transaction').length;
    const database = client.database();
    await assert.rejects(
      database.transaction(async () => {}),
      { code: 'unique_violation' },
    );
    assert.equal(begun(), 1);
    code = 'conflict';
    await assert.rejects(
      database.transaction(async () => {}, { attempts: 3 }),
      { code: 'conflict' },
    );
    assert.equal(begun(), 4);
    const controller = new AbortController();
    const cancelled = database.transaction(async () => controller.abort(), { signal: controller.signal });
    await assert.rejects(cancelled, { code: 'cancelled' });
  });

  it('takes back a part of a transaction that fails, and only that', async () => {
    await start((request) => (request.cmd === 'begin_transaction' ? { status: 'ok', tx_id: 'tx:1' } : OK));
    await client.database().transaction(async (transaction) => {
      const failing = transaction.transaction(() => Promise.reject(new Error('mine')));
      await assert.rejects(failing, /mine/);
      assert.equal(await transaction.transaction(async (part) => part.id), 'tx:1');
    });
    assert.deepEqual(server.commands, [
      'begin_transaction',
      ...['savepoint', 'rollback_to', 'release'],
      ...['savepoint', 'release'],
      'commit_transaction',
    ]);
    const names = server.requests.flatMap(({ name }) => (name === undefined ? [] : [name]));
    assert.deepEqual(names, ['part 1', 'part 1', 'part 1', 'part 2', 'part 2']);
  });

  it('finds nothing where there is nothing', async () => {
    await start(() => ({
      status: 'error',
      error: { DatabaseError: 'not found' },
      code: 'not_found',
      details: { key: 'a' },
    }));
    assert.equal(await client.database().collection('users').find('a'), undefined);
  });

  it('keeps members called __proto__, in both directions', async () => {
    await start((request) => ({ status: 'ok', data: request.document }));
    const document = JSON.parse('{"__proto__": {"admin": true}, "a": 1}');
    const back = await client.database().collection('users').insert(document);
    assert.deepEqual(Object.keys(back), ['__proto__', 'a']);
    assert.equal(('admin' in back) as boolean, false);
  });

  it('refuses commands once it is closed', async () => {
    await start(() => OK);
    await client.close();
    await assert.rejects(client.ping(), { code: 'connection_failed' });
  });
});

describe('backing off', () => {
  it('doubles up to a bound, and by chance shortens by up to a half', () => {
    const longest = [0, 1, 2, 3, 10, 50].map((attempt) => backOffMs(attempt, () => 1));
    assert.deepEqual(longest, [50, 100, 200, 400, 2000, 2000]);
    assert.equal(
      backOffMs(3, () => 0),
      200,
    );
  });
});
