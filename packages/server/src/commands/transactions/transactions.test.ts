import assert from 'node:assert/strict';
import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';

describe('transactions over commands', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let session: Session;
  const users = { database: 'shop', collection: 'users' };
  const send = (cmd: string, fields: ValueObject = {}) => test.send(session, cmd, fields);
  const data = (cmd: string, fields: ValueObject = {}) => test.data(session, cmd, fields);
  const query = async (sdbql: string, more: ValueObject = {}) =>
    (await data('query', { database: 'shop', sdbql, ...more })) as Value[];
  const begin = async (isolation_level: string): Promise<{ tx_id: string }> => {
    const reply = await send('begin_transaction', { database: 'shop', isolation_level });
    return { tx_id: String(reply.tx_id) };
  };

  async function open(flags: Record<string, unknown> = {}): Promise<void> {
    test = await TestEngine.open(flags);
    session = test.session();
    await data('create_database', { name: 'shop' });
    await data('create_collection', { database: 'shop', name: 'users' });
    await data('create_index', { ...users, name: 'by_age', fields: ['age'] });
    await data('bulk_insert', {
      ...users,
      documents: [
        { _key: 'ann', age: 30 },
        { _key: 'bob', age: 40 },
      ],
    });
  }
  beforeEach(() => open());
  afterEach(() => test.close());

  describe('levels', () => {
    for (const level of ['read_uncommitted', 'read_committed']) {
      it(`${level}: each statement reads the newest state, its own writes on top`, async () => {
        const tx = await begin(level);
        await data('insert', { ...users, ...tx, document: { _key: 'own', age: 35 } });
        await data('insert', { ...users, document: { _key: 'other', age: 36 } });
        assert.deepEqual(await query('FOR u IN users FILTER u.age >= 35 SORT u.age RETURN u._key', tx), [
          'own',
          'other',
          'bob',
        ]);
        assert.equal((await send('list', { ...users, ...tx, limit: 0 })).count, 4);
        await data('commit_transaction', tx);
        assert.equal((await send('list', { ...users, limit: 0 })).count, 4);
      });
    }

    it('repeatable_read: every statement reads the state of the beginning', async () => {
      const tx = await begin('repeatable_read');
      await data('insert', { ...users, document: { _key: 'other', age: 36 } });
      assert.deepEqual(await query('FOR u IN users FILTER u.age > 35 RETURN u._key', tx), ['bob']);
      assert.deepEqual(await query('FOR u IN users COLLECT WITH COUNT INTO n RETURN n', tx), [2]);
    });

    it('serializable: refuses what a query has read and somebody has changed, and nothing else', async () => {
      const outcomeAfter = async (sdbql: string, change: () => Promise<unknown>) => {
        const tx = await begin('serializable');
        await query(sdbql, tx);
        await data('insert', { ...users, ...tx, document: {} });
        await change();
        return (await send('commit_transaction', tx)).code ?? 'committed';
      };
      const change = (key: string, age: number) => () => data('update', { ...users, key, document: { age } });
      const young = 'FOR u IN users FILTER u.age < 35 RETURN u.age';
      assert.equal(await outcomeAfter(young, change('bob', 41)), 'committed');
      assert.equal(await outcomeAfter(young, change('bob', 20)), 'conflict');
      assert.equal(await outcomeAfter(young, change('ann', 31)), 'conflict');
      const one = 'FOR u IN users FILTER u._key == "ann" RETURN u';
      assert.equal(await outcomeAfter(one, change('bob', 42)), 'committed');
      assert.equal(await outcomeAfter(one, change('ann', 32)), 'conflict');
      assert.equal(await outcomeAfter('FOR u IN users FILTER u.name == "Eve" RETURN 1', change('bob', 43)), 'conflict');
      const count = 'RETURN COLLECTION_COUNT("users")';
      assert.equal(await outcomeAfter(count, change('bob', 44)), 'committed');
      assert.equal(await outcomeAfter(count, () => data('insert', { ...users, document: {} })), 'conflict');
    });

    it('name the collection and the key in a conflict, which may be tried again', async () => {
      const tx = await begin('repeatable_read');
      await data('update', { ...users, ...tx, key: 'ann', document: { age: 31 } });
      await data('update', { ...users, key: 'ann', document: { age: 32 } });
      const lost = await send('commit_transaction', tx);
      assert.equal(lost.code, 'conflict');
      assert.equal(lost.retryable, true);
      assert.ok(isObject(lost.details));
      assert.deepEqual({ ...lost.details }, { collection: 'users', key: 'ann' });
    });
  });

  describe('changes of the catalogue', () => {
    it('are seen inside, unseen outside, and stand or fall with the rest', async () => {
      for (const isCommitted of [false, true]) {
        const tx = await begin('read_committed');
        await data('insert', { ...users, ...tx, document: { _key: 'eve', age: 50 } });
        await data('create_collection', { database: 'shop', name: 'log', ...tx });
        await data('insert', { database: 'shop', collection: 'log', ...tx, document: { _key: 'one' } });
        await data('create_index', { ...users, ...tx, name: 'by_name', fields: ['name'], unique: true });
        await data('set_collection_schema', { ...users, ...tx, schema: { type: 'object', required: ['age'] } });
        assert.equal((await send('insert', { ...users, ...tx, document: { name: 'x' } })).code, 'schema_violation');
        assert.deepEqual(await data('list_collections', { database: 'shop', ...tx }), ['log', 'users']);
        assert.deepEqual(await data('list_collections', { database: 'shop' }), ['users']);
        assert.equal(((await data('list_indexes', { ...users, ...tx })) as Value[]).length, 2);
        assert.deepEqual(await query('FOR l IN log RETURN l._key', tx), ['one']);
        await data(isCommitted ? 'commit_transaction' : 'rollback_transaction', tx);
      }
      assert.deepEqual(await data('list_collections', { database: 'shop' }), ['log', 'users']);
      assert.deepEqual(await query('FOR u IN users FILTER u.age >= 50 RETURN u._key'), ['eve']);
      assert.deepEqual(await query('FOR l IN log RETURN l._key'), ['one']);
      assert.equal((await send('insert', { ...users, document: { name: 'x' } })).code, 'schema_violation');
    });

    it('go back to a savepoint together with documents, indexes and counts', async () => {
      const tx = await begin('repeatable_read');
      await data('insert', { ...users, ...tx, document: { _key: 'eve', age: 50 } });
      await data('savepoint', { ...tx, name: 's' });
      await data('truncate_collection', { ...users, ...tx });
      await data('insert', { ...users, ...tx, document: { _key: 'new', age: 51 } });
      await data('delete_index', { ...users, ...tx, name: 'by_age' });
      await data('create_collection', { database: 'shop', name: 'log', ...tx });
      await data('delete_collection', { database: 'shop', name: 'users', ...tx });
      assert.deepEqual(await data('list_collections', { database: 'shop', ...tx }), ['log']);
      await data('rollback_to', { ...tx, name: 's' });
      assert.deepEqual(await data('list_collections', { database: 'shop', ...tx }), ['users']);
      assert.equal(((await data('list_indexes', { ...users, ...tx })) as Value[]).length, 1);
      assert.equal((await send('list', { ...users, ...tx, limit: 0 })).count, 3);
      assert.deepEqual(await query('FOR u IN users FILTER u.age > 35 SORT u.age RETURN u._key', tx), ['bob', 'eve']);
      await data('commit_transaction', tx);
      assert.equal((await send('list', { ...users, limit: 0 })).count, 3);
    });

    it('conflict with changes of the same collection', async () => {
      const altering = await begin('repeatable_read');
      await data('create_index', { ...users, ...altering, name: 'by_name', fields: ['name'] });
      const emptying = await begin('repeatable_read');
      await data('truncate_collection', { ...users, ...emptying });
      const making = await begin('repeatable_read');
      await data('create_collection', { database: 'shop', name: 'log', ...making });
      await data('create_index', { ...users, name: 'by_mail', fields: ['mail'] });
      await data('create_collection', { database: 'shop', name: 'log' });
      for (const tx of [altering, emptying, making]) {
        const lost = await send('commit_transaction', tx);
        assert.equal(lost.code, 'conflict');
        assert.equal(lost.retryable, true);
      }
    });

    it('let unique values change hands between documents', async () => {
      await data('create_index', { ...users, name: 'unique_age', fields: ['age'], unique: true });
      const tx = await begin('repeatable_read');
      await data('update', { ...users, ...tx, key: 'ann', document: { age: 0 } });
      await data('update', { ...users, ...tx, key: 'bob', document: { age: 30 } });
      await data('update', { ...users, ...tx, key: 'ann', document: { age: 40 } });
      await data('commit_transaction', tx);
      assert.deepEqual(await query('FOR u IN users SORT u.age RETURN u._key'), ['bob', 'ann']);
    });
  });

  it('run a batch as a part of one, and refuse in it what cannot be', async () => {
    const tx = await begin('serializable');
    const insert = (key: string) => ({ cmd: 'insert', ...users, document: { _key: key } });
    const reply = await send('batch', { ...tx, commands: [insert('x'), insert('x'), insert('y')] });
    assert.deepEqual(
      (reply.responses as ValueObject[]).map(({ status }) => status),
      ['ok', 'error', 'ok'],
    );
    assert.equal((await send('get', { ...users, key: 'x' })).code, 'not_found');
    const refused = await send('batch', { ...tx, commands: [insert('z'), { cmd: 'create_database', name: 'other' }] });
    assert.equal(refused.code, 'invalid_argument');
    const command = { cmd: 'delete_database', name: 'shop' };
    assert.equal((await send('transaction_command', { ...tx, command })).code, 'invalid_argument');
    await data('commit_transaction', tx);
    assert.deepEqual(await query('FOR u IN users FILTER u._key >= "x" RETURN u._key'), ['x', 'y']);
  });

  it('are listed with what they hold, and killed while others wait for them', async () => {
    const tx = await begin('serializable');
    await data('insert', { ...users, ...tx, document: { _key: 'x' } });
    test.host.aheadMs += 1_500;
    const [listed] = (await data('list_transactions')) as ValueObject[];
    assert.equal(listed.writes, 1);
    assert.equal(listed.isolation_level, 'serializable');
    assert.ok(Number(listed.memory_bytes) > 0 && Number(listed.idle_ms) >= 1_500 && Number(listed.lsn) > 0);
    const slow = send('query', { database: 'shop', sdbql: 'RETURN SLEEP(100)', ...tx });
    const waiting = send('get', { ...users, ...tx, key: 'x' });
    await data('kill_transaction', tx);
    assert.equal((await waiting).code, 'transaction_not_found');
    await slow;
    assert.deepEqual(await data('list_transactions'), []);
    assert.equal(test.engine.transactions.size, 0);
  });

  it('are bounded in number and in memory', async () => {
    await test.close();
    const memory = { transactionMemoryBytes: 20_000, transactionsMemoryBytes: 30_000 };
    await open({ transactionsMax: 3, ...memory });
    const [one, two] = [await begin('serializable'), await begin('read_committed')];
    const insert = (tx: ValueObject, key: string) =>
      send('insert', { ...users, ...tx, document: { _key: key, text: 'x'.repeat(9_000) } });
    assert.equal((await insert(one, 'a')).status, 'ok');
    assert.equal((await insert(one, 'b')).status, 'ok');
    const tooLarge = await insert(one, 'c');
    assert.deepEqual([tooLarge.code, tooLarge.retryable], ['limit_exceeded', false]);
    assert.equal((await insert(two, 'd')).status, 'ok');
    const noRoom = await insert(two, 'e');
    assert.deepEqual([noRoom.code, noRoom.retryable], ['overloaded', true]);
    await begin('serializable');
    const oneMore = await send('begin_transaction', { database: 'shop' });
    assert.deepEqual([oneMore.code, oneMore.retryable], ['overloaded', true]);
    await data('commit_transaction', one);
    assert.equal((await insert(two, 'e')).status, 'ok');
    await data('commit_transaction', two);
    assert.equal((await send('list', { ...users, limit: 0 })).count, 6);
  });
});
