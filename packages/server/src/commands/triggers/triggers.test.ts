import assert from 'node:assert/strict';
import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { chosen, FakeScripts, until } from '../../engine/automation/fake-scripts.fixture.ts';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';

describe('triggers', function () {
  this.timeout(30_000);
  let test: TestEngine;
  let session: Session;
  let fake: FakeScripts;
  const users = { collection: 'users' };
  const send = (cmd: string, fields: ValueObject = {}) => test.send(session, cmd, { database: 'shop', ...fields });
  const data = (cmd: string, fields: ValueObject = {}) =>
    test.data(session, cmd, { database: 'shop', ...fields }) as Promise<ValueObject>;
  const query = async (sdbql: string, more: ValueObject = {}) =>
    (await data('query', { sdbql, ...more })) as unknown as Value[];
  const make = async (fields: ValueObject) =>
    data('create_trigger', {
      name: 't',
      ...users,
      events: ['insert', 'update', 'delete'],
      script_path: 's',
      ...fields,
    });

  beforeEach(async () => {
    test = await TestEngine.open();
    session = test.session();
    await test.data(session, 'create_database', { name: 'shop' });
    await data('create_collection', { name: 'users' });
    await data('create_collection', { name: 'audit' });
    fake = new FakeScripts();
    test.engine.automation.start(fake.run);
  });
  afterEach(() => test.close());

  describe('after changes', () => {
    let told: ValueObject[];
    beforeEach(() => {
      told = [];
      fake.scripts.set('s', (body) => {
        told.push(body);
        return null;
      });
    });
    const seen = () => told.map((one) => `${one.event} ${one.key}`);

    it('are told of each document of a collection that is truncated, by command, in SQL and in a transaction', async () => {
      await make({ events: ['delete'] });
      const fill = () => data('bulk_insert', { ...users, documents: [{ _key: 'a' }, { _key: 'b', n: 1 }] });
      await fill();
      assert.equal((await send('truncate_collection', users)).count, 2);
      await fill();
      await data('sql', { query: 'TRUNCATE users' });
      await fill();
      const tx_id = String((await send('begin_transaction')).tx_id);
      await data('truncate_collection', { ...users, tx_id });
      await send('commit_transaction', { tx_id });
      await until(() => told.length === 6, 'three times two documents');
      assert.deepEqual(
        seen().sort(),
        [...'aaabbb'].map((key) => `delete ${key}`),
      );
      assert.equal((told.find(({ key }) => key === 'b')!.old_data as ValueObject).n, 1);
    });

    it('tell nobody of documents that rules keep from him by what they could not be told of', async () => {
      const trigger_id = String((await make({ max_retries: 1, backoff_ms: 1 }))._key);
      fake.scripts.set('s', ({ data: document }) => {
        throw new Error(`cannot take ${JSON.stringify(document)}`);
      });
      await data('insert', { ...users, document: { _key: 'hidden-key', pay: 'hidden-pay' } });
      const report = async (who: Session) => {
        const reply = await test.data(who, 'list_trigger_runs', { database: 'shop', trigger_id });
        return reply as { runs: ValueObject[]; failures: ValueObject[] };
      };
      await until(async () => (await report(session)).failures.length === 1, 'the change is put aside');
      await test.data(session, 'create_user', { username: 'ann', password: 'a long password', roles: ['viewer'] });
      const ann = test.session('ann');
      assert.match(JSON.stringify(await report(ann)), /hidden-pay/, 'who may read the collection');
      await data('set_collection_rules', { ...users, read: 'doc.owner == @user.username' });
      for (const step of ['bound by a rule', 'without the collection']) {
        const { runs, failures } = await report(ann);
        assert.deepEqual([runs.length > 0, failures.length], [true, 1], step);
        assert.doesNotMatch(JSON.stringify([runs, failures]), /hidden-/, step);
        assert.match(JSON.stringify(await report(session)), /hidden-pay/);
        if (step === 'bound by a rule') await data('delete_collection', { name: 'users' });
      }
    });

    it('are told of inserts, updates and deletes from every statement, with both documents', async () => {
      await make({ script_path: 's' });
      await data('insert', { ...users, document: { _key: 'a', n: 1 } });
      await data('update', { ...users, key: 'a', document: { n: 2 } });
      await data('bulk_insert', { ...users, documents: [{ _key: 'b' }, { _key: 'c' }] });
      await query('FOR u IN users FILTER u._key == "b" UPDATE u WITH {n: 9} IN users');
      await data('sql', { query: "DELETE FROM users WHERE _key = 'c'" });
      const tx_id = String((await send('begin_transaction')).tx_id);
      await data('replace', { ...users, key: 'a', document: { z: 1 }, tx_id });
      await data('delete', { ...users, key: 'b', tx_id });
      await send('commit_transaction', { tx_id });
      await data('delete', { ...users, key: 'a' });
      await until(() => told.length === 9, 'nine changes');
      const wanted = [
        'insert a',
        'update a',
        'insert b',
        'insert c',
        'update b',
        'delete c',
        'update a',
        'delete b',
        'delete a',
      ];
      assert.deepEqual(seen().sort(), wanted.sort());
      assert.deepEqual(
        seen().filter((one) => one.endsWith('a')),
        ['insert a', 'update a', 'update a', 'delete a'],
      );
      const update = told.find((one) => one.event === 'update' && one.key === 'a')!;
      assert.ok(isObject(update.data) && isObject(update.old_data));
      assert.deepEqual([update.data.n, update.old_data.n, update.data._id], [2, 1, 'shop:users/a']);
      assert.deepEqual([update.trigger_name, update.collection, update.user], ['t', 'users', 'admin']);
      const lsns = told.filter((one) => one.key === 'a').map(({ lsn }) => Number(lsn));
      assert.deepEqual(
        lsns,
        [...lsns].sort((a, b) => a - b),
      );
      const report = await data('list_trigger_runs', { trigger_id: String((await triggers())[0]!._key) });
      assert.equal(report.runs_total, 9);
      assert.equal((report.runs as ValueObject[])[0]!.status, 'completed');
    });

    const triggers = async () => (await data('list_triggers')) as unknown as ValueObject[];

    it('fire where their filter is true of the documents', async () => {
      await make({ filter: 'doc.n > 5 AND (old == null OR old.n <= 5)' });
      await data('insert', { ...users, document: { _key: 'a', n: 1 } });
      await data('insert', { ...users, document: { _key: 'b', n: 6 } });
      await data('update', { ...users, key: 'a', document: { n: 7 } });
      await data('update', { ...users, key: 'a', document: { n: 8 } });
      await data('insert', { ...users, document: { _key: 'last', n: 99 } });
      await until(() => seen().includes('insert last'), 'the last change');
      assert.deepEqual(seen().sort(), ['insert b', 'insert last', 'update a']);
    });

    it('refuse filters that are none, and triggers of collections that are not there or are the server’s', async () => {
      for (const filter of ['doc.n >', 'LENGTH((FOR u IN users RETURN u)) > 0', 'nobody == 1'])
        assert.equal(
          (await send('create_trigger', { name: 't', ...users, events: ['insert'], script_path: 's', filter })).status,
          'error',
          filter,
        );
      assert.equal(
        (await send('create_trigger', { name: 't', ...users, events: ['truncate'], script_path: 's' })).code,
        'invalid_argument',
      );
      assert.equal(
        (await send('create_trigger', { name: 't', ...users, events: [], script_path: 's' })).code,
        'invalid_argument',
      );
      const at = (collection: string) =>
        send('create_trigger', { name: 't', collection, event: 'insert', script_path: 's' });
      const { code, error } = await at('nowhere');
      assert.equal(code, 'not_found');
      assert.match(JSON.stringify(error), /Collection 'nowhere' does not exist/);
      assert.equal((await at('_jobs')).code, 'invalid_argument');
      assert.equal((await at('users')).status, 'ok');
    });

    it('are told again of what failed, in order, and put it aside when all attempts are used up', async () => {
      const attempts: string[] = [];
      fake.scripts.set('s', (body) => {
        attempts.push(`${body.key} ${isObject(body.data) ? body.data.n : ''}`);
        if (body.key === 'bad' && isObject(body.data) && body.data.n === 1) throw new Error('no');
        return null;
      });
      const trigger = await make({ max_retries: 3, backoff_ms: 5 });
      await data('insert', { ...users, document: { _key: 'bad', n: 1 } });
      await data('update', { ...users, key: 'bad', document: { n: 2 } });
      await data('insert', { ...users, document: { _key: 'good', n: 1 } });
      await until(() => attempts.includes('bad 2'), 'the second change of bad');
      assert.deepEqual(
        attempts.filter((one) => one.startsWith('bad')),
        ['bad 1', 'bad 1', 'bad 1', 'bad 2'],
      );
      const report = await data('list_trigger_runs', { trigger_id: String(trigger._key) });
      const [failure] = report.failures as ValueObject[];
      assert.deepEqual([failure!.key, failure!.error, failure!.attempts], ['bad', 'no', 3]);
      assert.equal(report.failures_total, 1);
    });

    it('are told once more of what was put aside when somebody asks for it', async () => {
      const broken = new Set(['a', 'b']);
      fake.scripts.set('s', (body) => {
        told.push(body);
        if (broken.has(String(body.key))) throw new Error(`no ${String(body.key)}`);
        return null;
      });
      const trigger_id = String((await make({ max_retries: 1, backoff_ms: 1, concurrency: 1 }))._key);
      await data('bulk_insert', { ...users, documents: [{ _key: 'a', n: 7 }, { _key: 'b' }, { _key: 'c' }] });
      const failures = async () => (await data('list_trigger_runs', { trigger_id })).failures as ValueObject[];
      await until(async () => (await failures()).length === 2, 'two changes put aside');
      told = [];
      broken.delete('a');
      const retry = (fields: ValueObject = {}) => data('retry_trigger_failures', { trigger_id, ...fields });
      assert.deepEqual(await retry(), { told: 1, failed: 1, left: 1 });
      assert.deepEqual(seen(), ['insert a', 'insert b']);
      assert.equal((told[0]!.data as ValueObject).n, 7);
      assert.deepEqual(
        (await failures()).map(({ key, attempts, error }) => [key, attempts, error]),
        [['b', 2, 'no b']],
      );
      broken.clear();
      assert.deepEqual(await retry({ limit: 1 }), { told: 1, failed: 0, left: 0 });
      assert.deepEqual(await retry(), { told: 0, failed: 0, left: 0 });
      const { runs } = await data('list_trigger_runs', { trigger_id, limit: 1 });
      const [last] = runs as ValueObject[];
      assert.deepEqual([last!.key, last!.event, last!.status, last!.attempt], ['b', 'insert', 'completed', 3]);
      await data('toggle_trigger', { trigger_id, enabled: false });
      assert.equal((await send('retry_trigger_failures', { trigger_id })).code, 'invalid_argument');
      assert.equal((await send('retry_trigger_failures', { trigger_id: 'nope' })).code, 'not_found');
    });

    it('take several changes in one run when they are asked to', async () => {
      await make({ batch: true, batch_size: 10 });
      await data('bulk_insert', { ...users, documents: Array.from({ length: 25 }, (_, n) => ({ n })) });
      const changes = () => told.flatMap((one) => one.changes as ValueObject[]);
      await until(() => changes().length === 25, 'all changes');
      assert.ok(told.length <= 6 && told.every((one) => (one.changes as Value[]).length <= 10));
      assert.deepEqual(
        changes().map((one) => (one.data as ValueObject).n),
        Array.from({ length: 25 }, (_, n) => n),
      );
    });

    it('go on where they were after a restart, and repeat nothing after an orderly one', async () => {
      await make({});
      for (let n = 0; n < 50; n++) await data('insert', { ...users, document: { _key: `k${n}` } });
      await until(() => told.length >= 20, 'some changes');
      await test.reopen();
      session = test.session();
      test.engine.automation.start(fake.run);
      await until(() => new Set(seen()).size === 50, 'all changes');
      await new Promise((resolve) => setTimeout(resolve, 150));
      assert.equal(told.length, 50);
    });

    it('are silent while they are off, and say nothing later of what happened then', async () => {
      const trigger_id = String((await make({}))._key);
      await data('toggle_trigger', { trigger_id });
      await data('insert', { ...users, document: { _key: 'silent' } });
      assert.equal((await data('toggle_trigger', { trigger_id, enabled: true })).enabled, true);
      await data('insert', { ...users, document: { _key: 'loud' } });
      await until(() => told.length > 0, 'a change');
      await data('update_trigger', { trigger_id, updates: { events: ['delete'] } });
      await data('insert', { ...users, document: { _key: 'unheard' } });
      await data('delete', { ...users, key: 'loud' });
      await until(() => told.length > 1, 'a removal');
      assert.deepEqual(seen(), ['insert loud', 'delete loud']);
      await data('delete_trigger', { trigger_id });
      assert.equal((await send('get_trigger', { trigger_id })).code, 'not_found');
    });

    it('end loops that they make themselves', async () => {
      let runs = 0;
      fake.scripts.set('s', async (body, { depth }) => {
        runs++;
        const inside = test.session();
        inside.depth = depth;
        await test.data(inside, 'insert', { database: 'shop', ...users, document: { after: String(body.key) } });
        return null;
      });
      await make({ events: ['insert'] });
      await data('insert', { ...users, document: { _key: 'first' } });
      await until(() => test.engine.automation.shared.triggerCounts.depthRefusals === 1, 'the end of the loop');
      assert.equal(runs, 8);
      assert.equal((await send('list', { ...users, limit: 0 })).count, 9);
    });
  });

  it('go with their database, and are not there in another of its name', async () => {
    fake.scripts.set('s', () => null);
    await make({});
    await make({ timing: 'before' });
    await data('enqueue_job', { script_path: 's', delay: 100 });
    await test.data(session, 'delete_database', { name: 'shop' });
    await test.data(session, 'create_database', { name: 'shop' });
    await data('create_collection', { name: 'users' });
    assert.deepEqual(await data('list_triggers'), []);
    await data('insert', { ...users, document: {} });
    assert.deepEqual(test.engine.automation.registered(), []);
  });

  describe('before changes', () => {
    const before = (fields: ValueObject = {}) => make({ timing: 'before', ...fields });
    const documentOf = (body: ValueObject) => body.data as ValueObject;

    it('may keep a collection from being truncated', async () => {
      await before({ events: ['delete'] });
      fake.scripts.set('s', ({ key }) => (key === 'b' ? { abort: { code: 'conflict', message: 'b stays' } } : null));
      await data('bulk_insert', { ...users, documents: [{ _key: 'a' }, { _key: 'b' }] });
      const refused = await send('truncate_collection', users);
      assert.match(JSON.stringify(refused.error), /b stays/);
      assert.deepEqual(await query('FOR u IN users RETURN u._key'), ['a', 'b']);
      await data('delete', { ...users, key: 'a' });
    });

    it('are not asked about hidden fields that a statement would carry to where they are not', async () => {
      await before();
      await data('create_trigger', {
        name: 'other',
        collection: 'audit',
        events: ['insert'],
        script_path: 's',
        timing: 'before',
      });
      const told: ValueObject[] = [];
      fake.scripts.set('s', (body) => {
        told.push(body);
        return null;
      });
      await data('bulk_insert', { ...users, documents: [{ _key: 'a', pay: 'secret' }] });
      await data('set_collection_rules', { ...users, hidden: ['pay'] });
      await test.data(session, 'create_user', { username: 'ann', password: 'a long password', roles: ['editor'] });
      const ann = test.session('ann');
      told.length = 0;
      for (const state of ['OLD', 'NEW']) {
        const sdbql = `FOR u IN users UPDATE u WITH { n: 1 } IN users LET pay = ${state}.pay INSERT { pay } INTO audit RETURN NEW.pay`;
        assert.deepEqual(await test.data(ann, 'query', { database: 'shop', sdbql }), [null]);
      }
      assert.deepEqual(await query('FOR a IN audit RETURN a.pay'), [null, null]);
      assert.equal((await data('get', { ...users, key: 'a' })).pay, 'secret');
      const ofAudit = told.filter(({ collection }) => collection === 'audit');
      assert.ok(ofAudit.length > 0 && !JSON.stringify(ofAudit).includes('secret'));
    });

    it('may change the document, whichever statement writes it', async () => {
      fake.scripts.set('s', (body) => ({
        document: { ...documentOf(body), slug: String(documentOf(body).name).toLowerCase() },
      }));
      await before({ events: ['insert', 'update'] });
      const inserted = await data('insert', { ...users, document: { name: 'ANN' } });
      assert.equal(inserted.slug, 'ann');
      assert.equal((await data('get', { ...users, key: String(inserted._key) })).slug, 'ann');
      await data('bulk_insert', {
        ...users,
        documents: [
          { _key: 'b', name: 'BOB' },
          { _key: 'c', name: 'CID' },
        ],
      });
      assert.deepEqual(await query('FOR u IN users SORT u.name RETURN u.slug'), ['ann', 'bob', 'cid']);
      assert.deepEqual(await query('INSERT {name: "EVE"} INTO users RETURN NEW.slug'), ['eve']);
      assert.deepEqual(
        await query(
          'FOR u IN users FILTER u.name == "BOB" UPDATE u WITH {name: "ROB"} IN users RETURN [OLD.slug, NEW.slug]',
        ),
        [['bob', 'rob']],
      );
      await data('sql', { query: "UPDATE users SET name = 'ZOE' WHERE name = 'CID'" });
      assert.deepEqual(await query('FOR u IN users SORT u.name RETURN u.slug'), ['ann', 'eve', 'rob', 'zoe']);
      assert.equal(
        ((await send('update', { ...users, key: 'b', document: { name: 'X' } })).data as ValueObject).slug,
        'x',
      );
    });

    it('may refuse the change with a code and a message, and nothing of it is left', async () => {
      fake.scripts.set('s', async (body, { transactionId }) => {
        await test.data(test.session(), 'insert', {
          database: 'shop',
          collection: 'audit',
          document: {},
          tx_id: transactionId!,
        });
        if (documentOf(body).n === 13) throw chosen('no thirteens', 409);
        if (documentOf(body).n === 14) return { abort: { code: 'limit_exceeded', message: 'too many' } };
        return null;
      });
      await before({ events: ['insert'] });
      const refused = await send('insert', { ...users, document: { n: 13 } });
      assert.equal(refused.code, 'conflict');
      assert.match(JSON.stringify(refused.error), /no thirteens/);
      assert.equal((await send('insert', { ...users, document: { n: 14 } })).code, 'limit_exceeded');
      assert.equal((await send('bulk_insert', { ...users, documents: [{ n: 1 }, { n: 13 }] })).code, 'conflict');
      assert.equal((await send('query', { sdbql: 'FOR n IN 10..15 INSERT {n} INTO users' })).status, 'error');
      assert.deepEqual(await query('RETURN [COLLECTION_COUNT("users"), COLLECTION_COUNT("audit")]'), [[0, 0]]);
      await data('insert', { ...users, document: { n: 1 } });
      assert.deepEqual(await query('RETURN [COLLECTION_COUNT("users"), COLLECTION_COUNT("audit")]'), [[1, 1]]);
    });

    it('run inside the client’s transaction, whose other writes a refusal leaves alone', async () => {
      fake.scripts.set('s', (body) => {
        if (documentOf(body).bad === true) throw chosen('bad', 400);
        return { document: { ...documentOf(body), seen: true } };
      });
      await before({ events: ['insert'] });
      const tx_id = String((await send('begin_transaction')).tx_id);
      await data('insert', { ...users, tx_id, document: { _key: 'a' } });
      assert.equal((await send('insert', { ...users, tx_id, document: { bad: true } })).code, 'invalid_argument');
      assert.deepEqual(await query('FOR u IN users RETURN u.seen', { tx_id }), [true]);
      assert.deepEqual(await query('FOR u IN users RETURN u.seen'), []);
      await send('commit_transaction', { tx_id });
      assert.deepEqual(await query('FOR u IN users RETURN u.seen'), [true]);
    });

    it('come before schema and unique indexes, which hold what they made to account', async () => {
      await data('set_collection_schema', { ...users, schema: { type: 'object', required: ['slug'] } });
      await data('create_index', { ...users, name: 'slugs', fields: ['slug'], unique: true });
      fake.scripts.set('s', (body) => ({ document: { ...documentOf(body), slug: documentOf(body).name ?? null } }));
      await before({ events: ['insert'] });
      await data('insert', { ...users, document: { name: 'a' } });
      assert.equal((await send('insert', { ...users, document: { name: 'a' } })).code, 'unique_violation');
      assert.equal((await send('list', { ...users, limit: 0 })).count, 1);
    });

    it('are asked about removals and may keep the document', async () => {
      fake.scripts.set('s', (body) => {
        if ((body.old_data as ValueObject).locked === true) throw chosen('locked', 403);
        return null;
      });
      await before({ events: ['delete'] });
      await data('bulk_insert', { ...users, documents: [{ _key: 'a', locked: true }, { _key: 'b' }] });
      assert.equal((await send('delete', { ...users, key: 'a' })).code, 'permission_denied');
      assert.equal((await send('query', { sdbql: 'FOR u IN users REMOVE u IN users' })).code, 'permission_denied');
      await data('delete', { ...users, key: 'b' });
      assert.deepEqual(await query('FOR u IN users RETURN u._key'), ['a']);
    });

    it('of one collection run one after the other, each with what the one before has made', async () => {
      fake.scripts.set('one', (body) => ({
        document: { ...documentOf(body), trail: `${documentOf(body).trail ?? ''}1` },
      }));
      fake.scripts.set('two', (body) => ({
        document: { ...documentOf(body), trail: `${documentOf(body).trail ?? ''}2` },
      }));
      await before({ script_path: 'one' });
      await before({ script_path: 'two', filter: 'doc.trail == "1"' });
      assert.equal((await data('insert', { ...users, document: {} })).trail, '12');
    });

    it('take a whole statement at once in batch form', async () => {
      let runs = 0;
      fake.scripts.set('s', (body) => {
        runs++;
        return { documents: (body.changes as ValueObject[]).map((change) => ({ ...documentOf(change), of: runs })) };
      });
      await before({ batch: true, events: ['insert'] });
      await data('bulk_insert', { ...users, documents: [{}, {}, {}] });
      assert.deepEqual(await query('FOR u IN users RETURN u.of'), [1, 1, 1]);
    });

    it('lose no change when many write at once', async () => {
      fake.scripts.set('s', async (body) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return { document: { ...documentOf(body), seen: true } };
      });
      await before({ events: ['update'] });
      await data('insert', { ...users, document: { _key: 'n', n: 0 } });
      const add = () => send('query', { sdbql: 'FOR u IN users UPDATE u WITH {n: u.n + 1} IN users' });
      const replies = await Promise.all(Array.from({ length: 8 }, add));
      const done = replies.filter(({ status }) => status === 'ok').length;
      assert.equal(done, 8);
      assert.deepEqual(await query('FOR u IN users RETURN u.n'), [done]);
    });

    it('store what they were shown, also where a statement makes something else each time it is run', async () => {
      const shown: Value[] = [];
      fake.scripts.set('s', (body) => {
        shown.push(documentOf(body).chance!);
        return null;
      });
      await before({ events: ['insert'] });
      const stored = await query('FOR i IN 1..3 INSERT {chance: RAND()} INTO users RETURN NEW.chance');
      assert.deepEqual(stored, shown);
      assert.deepEqual((await query('FOR u IN users RETURN u.chance')).sort(), [...shown].sort());
      assert.equal(new Set(shown).size, 3);
    });

    it('keep the order of writes that one connection sends without waiting', async () => {
      fake.scripts.set('s', () => null);
      const insert = { cmd: 'insert', fields: { database: 'shop', collection: 'users' }, rid: undefined };
      assert.equal(test.runner.overlaps(insert), true);
      await before({});
      assert.equal(test.runner.overlaps(insert), false);
      assert.equal(test.runner.overlaps({ ...insert, fields: { database: 'shop', collection: 'audit' } }), true);
    });

    it('may not end the transaction that they run in, nor be used by anybody afterwards', async () => {
      let id = '';
      fake.scripts.set('s', async (_body, { transactionId }) => {
        id = transactionId!;
        return { document: { refused: (await send('commit_transaction', { tx_id: id })).code ?? null } };
      });
      await before({ events: ['insert'] });
      assert.equal((await data('insert', { ...users, document: {} })).refused, 'invalid_argument');
      assert.equal((await send('list', { ...users, tx_id: id })).code, 'transaction_not_found');
    });

    it('are not measured by EXPLAIN ANALYZE, which would pass them by', async () => {
      fake.scripts.set('s', () => ({ abort: { message: 'no' } }));
      await before({ events: ['insert'] });
      assert.equal((await send('query', { sdbql: 'EXPLAIN ANALYZE INSERT {} INTO users' })).code, 'invalid_argument');
      assert.equal((await send('list', { ...users, limit: 0 })).count, 0);
    });
  });
});
