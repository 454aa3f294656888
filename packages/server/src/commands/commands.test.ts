import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../runner/session.ts';
import { ADMIN_PASSWORD, TestEngine } from '../testing/test-engine.ts';

describe('commands', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let session: Session;
  const users = { database: 'shop', collection: 'users' };
  const send = (cmd: string, fields: ValueObject = {}) => test.send(session, cmd, fields);
  const data = (cmd: string, fields: ValueObject = {}) => test.data(session, cmd, fields);
  const document = async (cmd: string, fields: ValueObject) => (await data(cmd, fields)) as ValueObject;
  const rows = async (sdbql: string, more: ValueObject = {}) => data('query', { database: 'shop', sdbql, ...more });

  beforeEach(async () => {
    test = await TestEngine.open();
    session = test.session();
    await data('create_database', { name: 'shop' });
    await data('create_collection', { database: 'shop', name: 'users' });
  });

  afterEach(() => test.close());

  describe('databases and collections', () => {
    it('come and go, and say so when they are there already or not there', async () => {
      assert.deepEqual(await data('list_databases'), ['_system', 'shop']);
      assert.equal((await send('create_database', { name: 'shop' })).code, 'already_exists');
      assert.equal((await send('create_database', { name: 'a:b' })).code, 'invalid_argument');
      assert.equal((await send('delete_database', { name: 'none' })).code, 'not_found');
      assert.equal((await send('create_collection', { database: 'shop', name: 'users' })).code, 'already_exists');
      assert.deepEqual(await data('list_collections', { database: 'shop' }), ['users']);
      await data('delete_collection', { database: 'shop', name: 'users' });
      assert.equal((await send('get', { ...users, key: 'x' })).code, 'not_found');
      await data('delete_database', { name: 'shop' });
      assert.equal((await send('list_collections', { database: 'shop' })).code, 'not_found');
    });

    it('tell, count, truncate and export', async () => {
      await data('bulk_insert', { ...users, documents: [{ _key: 'b' }, { _key: 'a' }] });
      const stats = (await data('collection_stats', { database: 'shop', name: 'users' })) as ValueObject;
      assert.equal(stats.document_count, 2);
      assert.equal(stats.name, 'shop:users');
      assert.equal((await send('recount_collection', users)).count, 2);
      const exported = (await data('export_collection', users)) as ValueObject[];
      assert.deepEqual(
        exported.map((one) => one._key),
        ['a', 'b'],
      );
      await data('compact_collection', users);
      await data('truncate_collection', users);
      assert.equal((await send('recount_collection', users)).count, 0);
      assert.equal((await send('import_collection', { ...users, data: [{ x: 1 }] })).count, 1);
    });

    it('hold documents to a schema', async () => {
      const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] };
      assert.equal(await data('get_collection_schema', users), null);
      await data('set_collection_schema', { ...users, schema });
      const kept = (await data('get_collection_schema', users)) as ValueObject;
      assert.equal(kept.validation_mode, 'strict');
      const refused = await send('insert', { ...users, document: { age: 'old' } });
      assert.equal(refused.code, 'schema_violation');
      await data('insert', { ...users, document: { _key: 'k', age: 3 } });
      assert.equal((await send('update', { ...users, key: 'k', document: { age: null } })).code, 'schema_violation');
      assert.equal(
        (await send('query', { database: 'shop', sdbql: 'INSERT {x: 1} INTO users' })).code,
        'schema_violation',
      );
      assert.equal(
        (await send('set_collection_schema', { ...users, schema: { type: 'nonsense' } })).code,
        'invalid_argument',
      );
      await data('delete_collection_schema', users);
      await data('insert', { ...users, document: {} });
    });
  });

  describe('documents', () => {
    it('carry system members that the server makes', async () => {
      const stored = await document('insert', {
        ...users,
        document: { name: 'Ann', _id: 'no', _rev: 'no', _created_at: 1 },
      });
      assert.deepEqual(Object.keys(stored), ['_key', '_id', '_rev', '_created_at', '_updated_at', 'name']);
      assert.equal(stored._id, `shop:users/${stored._key}`);
      assert.match(String(stored._rev), /^[0-9a-f]{16}$/);
      assert.deepEqual(await document('get', { ...users, key: String(stored._key) }), stored);
    });

    it('are refused over an existing key unless a mode says otherwise', async () => {
      const insert = (more: ValueObject) => send('insert', { ...users, ...more });
      const first = (await insert({ document: { _key: 'k', a: 1, b: 1 } })).data as ValueObject;
      const refused = await insert({ key: 'k', document: {} });
      assert.equal(refused.code, 'already_exists');
      assert.match(JSON.stringify(refused.error), /already exists/);
      const ignored = (await insert({ document: { _key: 'k', a: 2 }, mode: 'ignore' })).data as ValueObject;
      assert.equal(ignored._rev, first._rev);
      const updated = (await insert({ document: { _key: 'k', a: 2 }, mode: 'update' })).data as ValueObject;
      assert.deepEqual([updated.a, updated.b], [2, 1]);
      const replaced = (await insert({ document: { _key: 'k', a: 3 }, overwrite: true })).data as ValueObject;
      assert.deepEqual([replaced.a, replaced.b], [3, undefined]);
    });

    it('merge at the top, replace, and insist on a revision', async () => {
      const first = await document('insert', { ...users, document: { _key: 'k', a: { x: 1 }, b: 1 } });
      const merged = await document('update', { ...users, key: 'k', document: { a: { y: 2 }, _hidden: 1, c: null } });
      assert.deepEqual([merged.a, merged.b, merged.c, merged._hidden], [{ y: 2 }, 1, null, undefined]);
      assert.notEqual(merged._rev, first._rev);
      assert.equal(merged._created_at, first._created_at);
      const stale = { ...users, key: 'k', if_rev: String(first._rev) };
      for (const cmd of ['update', 'replace']) {
        assert.equal((await send(cmd, { ...stale, document: {} })).code, 'conflict');
      }
      assert.equal((await send('delete', stale)).code, 'conflict');
      const replaced = await document('replace', {
        ...users,
        key: 'k',
        document: { z: 1 },
        if_rev: String(merged._rev),
      });
      assert.deepEqual(Object.keys(replaced).slice(5), ['z']);
      const bare = await document('update', { ...users, key: 'k', document: { w: 1 }, merge: false });
      assert.deepEqual(Object.keys(bare).slice(5), ['w']);
      const removed = (await send('delete', { ...users, key: 'k', return_old: true })).data as ValueObject;
      assert.equal(removed.w, 1);
      for (const cmd of ['get', 'delete']) assert.equal((await send(cmd, { ...users, key: 'k' })).code, 'not_found');
      assert.equal((await send('update', { ...users, key: 'k', document: {} })).code, 'not_found');
    });

    it('are inserted in bulk all or none', async () => {
      const bulk = (documents: Value[], more: ValueObject = {}) =>
        send('bulk_insert', { ...users, documents, ...more });
      assert.equal((await bulk([])).count, 0);
      assert.equal((await bulk([{ _key: 'a' }, { _key: 'b' }, { _key: 'a' }])).code, 'already_exists');
      assert.equal((await bulk([{ _key: 'a' }, 5])).code, 'invalid_argument');
      assert.equal((await send('recount_collection', users)).count, 0);
      assert.equal((await bulk([{ _key: 'a', n: 1 }, { _key: 'b' }])).count, 2);
      assert.equal((await bulk([{ _key: 'a', n: 2 }, { _key: 'c' }], { mode: 'ignore' })).count, 1);
      assert.equal((await document('get', { ...users, key: 'a' })).n, 1);
      const page = await send('list', { ...users, limit: 2, offset: 1 });
      assert.deepEqual(
        (page.data as ValueObject[]).map((one) => one._key),
        ['b', 'c'],
      );
      assert.equal(page.count, 3);
    });

    it('of edges have two ends, which an update may change', async () => {
      await data('create_collection', { database: 'shop', name: 'knows', type: 'edge' });
      const edges = { database: 'shop', collection: 'knows' };
      assert.match(JSON.stringify((await send('insert', { ...edges, document: { _to: 'a/1' } })).error), /_from/);
      await data('insert', { ...edges, document: { _key: 'e', _from: 'a/1', _to: 'a/2' } });
      const moved = await document('update', { ...edges, key: 'e', document: { _to: 'a/3' } });
      assert.deepEqual([moved._from, moved._to], ['a/1', 'a/3']);
      assert.equal((await send('update', { ...edges, key: 'e', document: { _to: '' } })).code, 'invalid_argument');
      assert.equal((await send('replace', { ...edges, key: 'e', document: { w: 1 } })).code, 'invalid_argument');
    });

    it('keep values exactly', async () => {
      const values = {
        big: 2n ** 63n,
        small: -(2n ** 63n),
        date: new Date(5),
        bytes: Buffer.from([1, 2]),
        nested: [[{}]],
        f: 1.5,
      };
      await data('insert', { ...users, document: { _key: 'v', ...values } });
      const back = await document('get', { ...users, key: 'v' });
      assert.deepEqual([back.big, back.small, back.date, back.f], [values.big, values.small, values.date, 1.5]);
      assert.deepEqual(Buffer.from(back.bytes as Uint8Array), values.bytes);
    });
  });

  describe('indexes', () => {
    it('are made, listed, used, rebuilt and removed', async () => {
      await data('bulk_insert', { ...users, documents: [{ email: 'a', tags: ['x', 'y'] }, { email: 'b' }] });
      const made = (await data('create_index', {
        ...users,
        name: 'ix',
        fields: ['email'],
        unique: true,
        type: 'hash',
      })) as ValueObject;
      assert.deepEqual([made.index_type, made.unique, made.indexed_documents], ['Persistent', true, 2]);
      assert.equal((await send('create_index', { ...users, name: 'ix', fields: ['a'] })).code, 'already_exists');
      const clash = await send('insert', { ...users, document: { email: 'a' } });
      assert.equal(clash.code, 'unique_violation');
      assert.equal(await data('rebuild_indexes', users), 2);
      assert.equal(((await data('list_indexes', users)) as Value[]).length, 1);
      await data('delete_index', { ...users, name: 'ix' });
      assert.equal((await send('delete_index', { ...users, name: 'ix' })).code, 'not_found');
      await data('insert', { ...users, document: { email: 'a' } });
    });
  });

  describe('queries', () => {
    beforeEach(() => data('bulk_insert', { ...users, documents: [1, 2, 3, 4, 5].map((n) => ({ _key: `k${n}`, n })) }));

    it('answer rows and errors', async () => {
      assert.deepEqual(await rows('FOR u IN users FILTER u.n > @n RETURN u.n', { bind_vars: { n: 3 } }), [4, 5]);
      assert.equal((await send('query', { database: 'shop', sdbql: 'FOR' })).code, 'parse_error');
      assert.notEqual((await send('query', { database: 'shop', sdbql: 'FOR x IN nosuch RETURN x' })).status, 'ok');
      assert.equal((await send('query', { database: 'none', sdbql: 'RETURN 1' })).code, 'not_found');
    });

    it('write atomically', async () => {
      await rows('FOR u IN users FILTER u.n < 3 UPDATE u WITH {n: u.n * 10} IN users');
      assert.deepEqual(await rows('FOR u IN users SORT u.n RETURN u.n'), [3, 4, 5, 10, 20]);
      const failed = await send('query', {
        database: 'shop',
        sdbql: "FOR i IN 8..10 INSERT {_key: i == 10 ? 'k1' : TO_STRING(i)} INTO users",
      });
      assert.equal(failed.status, 'error');
      assert.equal((await send('recount_collection', users)).count, 5);
    });

    it('are fetched by cursors that keep one snapshot and belong to their user', async () => {
      const first = await send('query', { database: 'shop', sdbql: 'FOR u IN users RETURN u.n', batch_size: 2 });
      assert.deepEqual(first.data, [1, 2]);
      assert.equal(first.has_more, true);
      const cursor = String(first.cursor);
      await data('truncate_collection', users);
      await data('create_user', { username: 'eve', password: ADMIN_PASSWORD, roles: ['admin'] });
      assert.equal((await test.send(test.session('eve'), 'cursor_next', { cursor })).code, 'not_found');
      const second = await send('cursor_next', { cursor });
      assert.deepEqual([second.data, second.has_more], [[3, 4], true], 'as many at a time as the query was asked for');
      const third = await send('cursor_next', { cursor, batch_size: 100 });
      assert.deepEqual([third.data, third.has_more], [[5], false]);
      assert.equal((await send('cursor_next', { cursor })).code, 'not_found');
    });

    it('end with their cursor, by hand or by idleness', async () => {
      const open = async () =>
        String((await send('query', { database: 'shop', sdbql: 'FOR u IN users RETURN u', batch_size: 1 })).cursor);
      const closed = await open();
      await data('cursor_close', { cursor: closed });
      assert.equal((await send('cursor_next', { cursor: closed })).code, 'not_found');
      const idle = await open();
      test.host.aheadMs += 61_000;
      test.engine.sweep();
      assert.equal((await send('cursor_next', { cursor: idle })).code, 'not_found');
    });

    it('stop at their deadline', async () => {
      const endless = 'FOR a IN 1..100000 FOR b IN 1..100000 FILTER a + b < 0 RETURN 1';
      assert.equal((await send('query', { database: 'shop', sdbql: endless, timeout_ms: 30 })).code, 'timeout');
    });

    it('explain without running', async () => {
      const plan = (await data('explain', { database: 'shop', sdbql: "REMOVE 'k1' IN users" })) as ValueObject;
      assert.ok(plan.plan !== undefined);
      assert.equal((await send('recount_collection', users)).count, 5);
      const [statement] = (await rows('EXPLAIN FOR u IN users RETURN u')) as ValueObject[];
      assert.ok(statement!.plan !== undefined);
    });
  });

  describe('transactions', () => {
    const begin = async (who: Session, isolation_level = 'repeatable_read') => {
      const reply = await test.send(who, 'begin_transaction', { database: 'shop', isolation_level });
      assert.equal(reply.data, reply.tx_id);
      return String(reply.tx_id);
    };

    it('work from any session of their user, unseen by others until they commit', async () => {
      const [one, two] = [test.session(), test.session()];
      const tx_id = await begin(one);
      await test.data(two, 'insert', { ...users, tx_id, document: { _key: 'a', n: 1 } });
      assert.equal((await send('get', { ...users, key: 'a' })).code, 'not_found');
      assert.equal(((await test.data(one, 'get', { ...users, key: 'a', tx_id })) as ValueObject).n, 1);
      const inner = await test.send(two, 'transaction_command', {
        tx_id,
        command: { cmd: 'update', ...users, key: 'a', document: { n: 2 } },
      });
      assert.equal((inner.data as ValueObject).n, 2);
      assert.deepEqual(await rows('FOR u IN users RETURN u.n', { tx_id }), [2]);
      assert.deepEqual(await rows('FOR u IN users RETURN u.n'), []);
      assert.equal((await test.send(one, 'commit_transaction', { tx_id })).status, 'ok');
      assert.deepEqual(await rows('FOR u IN users RETURN u.n'), [2]);
      const again = await test.send(one, 'commit_transaction', { tx_id });
      assert.match((again.error as { TransactionError: string }).TransactionError, /Transaction not found/);
    });

    it('lose against an earlier commit of the same document', async () => {
      await data('insert', { ...users, document: { _key: 'c', n: 0 } });
      const [one, two] = [await begin(session), await begin(session)];
      for (const tx_id of [one, two]) await data('update', { ...users, tx_id, key: 'c', document: { n: 1 } });
      assert.equal((await send('commit_transaction', { tx_id: one })).status, 'ok');
      const lost = await send('commit_transaction', { tx_id: two });
      assert.deepEqual([lost.code, lost.retryable], ['conflict', true]);
    });

    it('roll back, to a savepoint or whole, and undo a failed statement alone', async () => {
      const tx_id = await begin(session);
      await data('insert', { ...users, tx_id, document: { _key: 'a' } });
      await data('savepoint', { tx_id, name: 's' });
      await data('insert', { ...users, tx_id, document: { _key: 'b' } });
      await data('rollback_to', { tx_id, name: 's' });
      const failed = await send('bulk_insert', { ...users, tx_id, documents: [{ _key: 'c' }, { _key: 'a' }] });
      assert.equal(failed.code, 'already_exists');
      assert.deepEqual(await rows('FOR u IN users RETURN u._key', { tx_id }), ['a']);
      await data('release', { tx_id, name: 's' });
      assert.equal((await send('rollback_to', { tx_id, name: 's' })).code, 'not_found');
      await data('rollback_transaction', { tx_id });
      assert.deepEqual(await rows('FOR u IN users RETURN u._key'), []);
      assert.equal((await send('get', { ...users, key: 'a', tx_id })).code, 'transaction_not_found');
    });

    it('belong to their user, may be killed by an administrator, and end when idle', async () => {
      await data('create_user', { username: 'eve', password: ADMIN_PASSWORD, roles: ['editor'] });
      const eve = test.session('eve');
      const tx_id = await begin(eve);
      assert.equal((await send('get', { ...users, key: 'a', tx_id })).code, 'transaction_not_found');
      assert.equal(((await data('list_transactions')) as Value[]).length, 1);
      assert.equal((await test.send(eve, 'kill_transaction', { tx_id })).code, 'permission_denied');
      await data('kill_transaction', { tx_id });
      assert.equal((await test.send(eve, 'commit_transaction', { tx_id })).code, 'transaction_not_found');
      const idle = await begin(session);
      test.host.aheadMs += 61_000;
      test.engine.sweep();
      assert.equal((await send('commit_transaction', { tx_id: idle })).code, 'transaction_not_found');
    });

    it('refuse statements for another database', async () => {
      await data('create_database', { name: 'other' });
      await data('create_collection', { database: 'other', name: 'users' });
      const tx_id = await begin(session);
      const reply = await send('insert', { database: 'other', collection: 'users', tx_id, document: {} });
      assert.equal(reply.code, 'invalid_argument');
    });
  });

  it('batch: runs each, in order, and goes on after a failure', async () => {
    const commands = [
      { cmd: 'insert', ...users, document: { _key: 'a' } },
      { cmd: 'insert', ...users, document: { _key: 'a' } },
      { cmd: 'get', ...users, key: 'a' },
      { cmd: 'nonsense' },
      { cmd: 'ping' },
    ];
    const reply = await send('batch', { commands });
    assert.equal(reply.status, 'batch');
    const statuses = (reply.responses as ValueObject[]).map((one) => one.status);
    assert.deepEqual(statuses, ['ok', 'error', 'ok', 'error', 'pong']);
  });

  it('users: are never shown with their hash', async () => {
    await data('create_user', { username: 'ann', password: ADMIN_PASSWORD, roles: ['viewer'] });
    assert.equal((await send('create_user', { username: 'ann', password: ADMIN_PASSWORD })).code, 'already_exists');
    assert.equal((await send('create_user', { username: 'bob', password: 'short' })).code, 'invalid_argument');
    assert.equal(
      (await send('create_user', { username: 'bob', password: ADMIN_PASSWORD, roles: ['none'] })).code,
      'not_found',
    );
    const shown = JSON.stringify([await data('list_users'), await data('get_user', { username: 'ann' })]);
    assert.ok(!shown.includes('argon2'));
    assert.deepEqual(
      ((await data('get_user_roles', { username: 'ann' })) as ValueObject[]).map((one) => one.role),
      ['viewer'],
    );
    assert.ok(((await data('list_roles')) as Value[]).length >= 3);
    assert.equal((await send('delete_user', { username: 'admin' })).code, 'invalid_argument');
    assert.equal((await send('revoke_role', { username: 'admin', role: 'admin' })).code, 'invalid_argument');
    const status = (await data('server_status')) as ValueObject;
    assert.equal(status.databases, 2);
    assert.deepEqual(await data('get_current_user'), { user: 'admin', database: null, roles: ['admin'] });
    assert.ok(((await data('get_my_permissions')) as Value[]).length > 0);
  });
});
