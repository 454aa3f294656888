import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { ADMIN_PASSWORD, type SeenReply, TestEngine } from '../../testing/test-engine.ts';

const TASKS = { database: 'shop', collection: 'tasks' };

describe('rules of a collection', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let admin: Session;
  let ann: Session;

  beforeEach(async () => {
    test = await TestEngine.open();
    admin = test.session();
    ann = test.session('ann');
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'tasks' });
    await test.data(admin, 'create_index', { ...TASKS, name: 'by_code', fields: ['code'], unique: true });
    for (const username of ['ann', 'hank']) {
      await test.data(admin, 'create_user', { username, password: `${ADMIN_PASSWORD} ${username}` });
      await test.data(admin, 'assign_role', { username, role: 'editor' });
    }
    await test.data(admin, 'create_role', { name: 'hr', permissions: [] });
    await test.data(admin, 'assign_role', { username: 'hank', role: 'hr', database: 'shop' });
    const documents: ValueObject[] = [
      { _key: 'a', owner: 'ann', code: 1, state: 'open', pay: 10, home: { city: 'Bern', street: 's1' } },
      { _key: 'b', owner: 'bob', code: 2, state: 'open', pay: 20, home: { city: 'Genf', street: 's2' } },
      { _key: 'c', owner: 'ann', code: 3, state: 'closed', pay: 30, list: [{ x: 1, y: 2 }] },
    ];
    await test.data(admin, 'bulk_insert', { ...TASKS, documents });
    await rule({
      read: 'doc.owner == @user.username OR "hr" IN @user.roles',
      write: 'doc.owner == @user.username AND doc.state != "closed"',
      delete: 'doc.state == "gone"',
      hidden: [{ path: 'pay', unless: ['hr'] }, { path: 'home.street' }, 'list.y'],
    });
  });
  afterEach(() => test.close());

  const rule = (rules: ValueObject) => test.data(admin, 'set_collection_rules', { ...TASKS, ...rules });
  const send = (cmd: string, fields: ValueObject = {}, session = ann): Promise<SeenReply> =>
    test.send(session, cmd, { ...TASKS, ...fields });
  const codeOf = async (cmd: string, fields: ValueObject = {}, session = ann) =>
    (await send(cmd, fields, session)).code;
  const stored = async (key: string): Promise<ValueObject> =>
    (await test.data(admin, 'get', { ...TASKS, key })) as ValueObject;
  const rows = async (sdbql: string, session = ann) => {
    const reply = await test.send(session, 'query', { database: 'shop', sdbql });
    assert.equal(reply.status, 'ok', JSON.stringify(reply.error));
    return reply.data as Value[];
  };

  it('are not taken off by a set that names none, as a misspelt one would', async () => {
    assert.equal(await codeOf('set_collection_rules', { raed: 'true' }, admin), 'invalid_argument');
    assert.equal((await rows('FOR t IN tasks RETURN t._key')).length, 2);
    assert.equal(await codeOf('set_collection_rules', { hidden: [] }, admin), undefined);
    assert.equal((await rows('FOR t IN tasks RETURN t._key')).length, 3);
  });

  it('are set and removed by administrators, survive a schema, and refuse what cannot be one', async () => {
    assert.equal(await codeOf('set_collection_rules', { read: 'true' }), 'permission_denied');
    assert.equal(await codeOf('delete_collection_rules'), 'permission_denied');
    assert.equal(await codeOf('get_collection_rules'), 'permission_denied');
    await test.data(admin, 'set_collection_schema', { ...TASKS, schema: { type: 'object' } });
    assert.equal(
      ((await test.data(admin, 'get_collection_rules', TASKS)) as ValueObject).delete,
      'doc.state == "gone"',
    );
    const refused: ValueObject[] = [
      { read: 'FOR x IN tasks RETURN x' },
      { read: 'LENGTH((FOR x IN tasks RETURN x)) > 0' },
      { read: 'DOCUMENT("tasks/a").open' },
      { read: 'RANDOM() > 0.5' },
      { read: 'SLEEP(1000)' },
      { read: 'ARGON2_HASH("x") == doc.x' },
      { read: 'other.x' },
      { read: '@x == 1' },
      { read: 'true LIMIT 1' },
      { read: 'DISTINCT doc.x' },
      { read: 'doc.' },
      { read: 'NOPE(doc)' },
      { write: '' },
      { hidden: ['_key'] },
      { hidden: ['a..b'] },
      { hidden: [3] },
      { hidden: [{ path: 'a', unless: 'hr' }] },
    ];
    for (const rules of refused) {
      assert.equal(await codeOf('set_collection_rules', rules, admin), 'invalid_argument', JSON.stringify(rules));
    }
    assert.deepEqual(await rows('FOR t IN tasks RETURN t._key'), ['a', 'c']);
    await test.data(admin, 'delete_collection_rules', TASKS);
    assert.deepEqual(await rows('FOR t IN tasks RETURN t.pay'), [10, 20, 30]);
  });

  it('do not bind who may set them, and see roles of the database alone', async () => {
    assert.equal((await rows('FOR t IN tasks RETURN t', admin)).length, 3);
    assert.deepEqual(await rows('FOR t IN tasks RETURN t.pay', test.session('hank')), [10, 20, 30]);
    await test.data(admin, 'revoke_role', { username: 'hank', role: 'hr', database: 'shop' });
    assert.deepEqual(await rows('FOR t IN tasks RETURN t', test.session('hank')), []);
    await test.data(admin, 'create_database', { name: 'other' });
    await test.data(admin, 'assign_role', { username: 'hank', role: 'hr', database: 'other' });
    assert.deepEqual(await rows('FOR t IN tasks RETURN t', test.session('hank')), []);
  });

  it('let nobody see what they fail on, or could not be compiled for', async () => {
    await rule({ read: '1 / doc.zero > 0' });
    assert.deepEqual(await rows('FOR t IN tasks RETURN t'), []);
    assert.equal(await codeOf('get', { key: 'a' }), 'not_found');
    const database = test.engine.database('shop');
    for (const rules of [{ read: 'NOPE(', hidden: [] }, 'text', { read: 5 }, [], { read: 'true', hidden: 'x' }]) {
      await database.setCollectionProperties('tasks', { rules } as Value);
      assert.deepEqual(await rows('FOR t IN tasks RETURN t'), [], JSON.stringify(rules));
      assert.equal(await codeOf('insert', { document: { owner: 'ann' } }), 'permission_denied');
      assert.equal((await rows('FOR t IN tasks RETURN t', admin)).length, 3);
    }
  });

  it('make what is not shown not found, and what may not be changed denied', async () => {
    const document = { state: 'x' };
    for (const cmd of ['update', 'replace', 'delete']) {
      assert.equal(await codeOf(cmd, { key: 'b', document }), 'not_found', cmd);
      assert.equal(await codeOf(cmd, { key: 'b', document, if_rev: 'x' }), 'not_found', cmd);
      assert.equal(await codeOf(cmd, { key: 'c', document }), 'permission_denied', cmd);
    }
    assert.equal(await codeOf('update', { key: 'a', document: { state: 'closed' } }), 'permission_denied');
    assert.equal(await codeOf('update', { key: 'a', document: { owner: 'bob' } }), 'permission_denied');
    assert.equal(await codeOf('insert', { document: { owner: 'bob' } }), 'permission_denied');
    assert.equal(await codeOf('delete', { key: 'a' }), 'permission_denied');
    await test.data(ann, 'update', { ...TASKS, key: 'a', document: { state: 'gone' } });
    await test.data(ann, 'delete', { ...TASKS, key: 'a' });
    assert.deepEqual(await rows('FOR t IN tasks SORT t._key RETURN t._key', admin), ['b', 'c']);
  });

  it('hold in every write of a query', async () => {
    const refused: [string, string][] = [
      ['UPDATE "b" WITH { x: 1 } IN tasks', 'not_found'],
      ['REPLACE "b" WITH { owner: "ann" } IN tasks', 'not_found'],
      ['REMOVE "b" IN tasks', 'not_found'],
      ['UPDATE "c" WITH { x: 1 } IN tasks', 'permission_denied'],
      ['REMOVE "a" IN tasks', 'permission_denied'],
      ['INSERT { owner: "bob" } INTO tasks', 'permission_denied'],
      ['INSERT { _key: "b", owner: "ann" } INTO tasks OPTIONS { overwrite: true }', 'already_exists'],
      ['UPSERT { _key: "b" } INSERT { _key: "b", owner: "ann" } UPDATE { x: 1 } IN tasks', 'already_exists'],
      ['FOR t IN tasks UPDATE t WITH { owner: "bob" } IN tasks', 'permission_denied'],
      ['UPDATE "a" WITH { pay: 99 } IN tasks', 'permission_denied'],
      ['INSERT { owner: "ann", pay: 1 } INTO tasks', 'permission_denied'],
    ];
    for (const [sdbql, code] of refused) {
      assert.equal((await test.send(ann, 'query', { database: 'shop', sdbql })).code, code, sdbql);
    }
    const updated = await rows(
      'FOR t IN tasks FILTER t.state == "open" UPDATE t WITH { n: 1 } IN tasks RETURN [OLD, NEW]',
    );
    assert.equal(updated.length, 1);
    assert.ok(!JSON.stringify(updated).includes('pay') && !JSON.stringify(updated).includes('street'));
    assert.equal(
      (await test.send(ann, 'sql', { database: 'shop', query: 'UPDATE tasks SET n = 2' })).code,
      'permission_denied',
    );
    assert.equal((await stored('b')).n, undefined);
  });

  it('keep hidden fields as they are when what is shown changes', async () => {
    const shown = (await test.data(ann, 'get', { ...TASKS, key: 'a' })) as ValueObject;
    assert.deepEqual([shown.pay, shown.home], [undefined, { city: 'Bern' }]);
    const reply = await send('update', { key: 'a', document: { home: { city: 'Basel' } }, return_old: true });
    assert.ok(!JSON.stringify(reply).includes('street') && !JSON.stringify(reply).includes('pay'));
    const after = await stored('a');
    assert.deepEqual([after.pay, after.home], [10, { city: 'Basel', street: 's1' }]);
    await test.data(ann, 'replace', { ...TASKS, key: 'a', document: { owner: 'ann', home: { city: 'Chur' } } });
    const replaced = await stored('a');
    assert.deepEqual([replaced.pay, replaced.home, replaced.code], [10, { city: 'Chur', street: 's1' }, undefined]);
    assert.equal(await codeOf('replace', { key: 'a', document: { owner: 'ann' } }), 'permission_denied');
    assert.equal(await codeOf('update', { key: 'a', document: { home: { street: 'x' } } }), 'permission_denied');
    await rule({ hidden: ['list.y'] });
    await test.data(ann, 'update', { ...TASKS, key: 'c', document: { list: [{ x: 1 }], n: 1 } });
    assert.deepEqual((await stored('c')).list, [{ x: 1, y: 2 }]);
    assert.equal(await codeOf('update', { key: 'c', document: { list: [{ x: 2 }] } }), 'permission_denied');
  });

  it('do not tell of hidden documents by errors, figures or plans', async () => {
    const taken = await send('insert', { document: { owner: 'ann', code: 2 } });
    assert.equal(taken.code, 'unique_violation');
    assert.ok(!JSON.stringify(taken).includes('"b"'), JSON.stringify(taken));
    for (const mode of ['insert', 'replace', 'update', 'ignore']) {
      const reply = await send('insert', { document: { _key: 'b', owner: 'ann' }, mode });
      assert.equal(reply.code, 'already_exists', mode);
    }
    assert.equal(await codeOf('create_index', { name: 'x', fields: ['pay'] }), 'permission_denied');
    assert.equal(await codeOf('create_index', { name: 'x', fields: ['home'] }), 'permission_denied');
    await test.data(admin, 'create_index', { ...TASKS, name: 'by_pay', fields: ['pay'] });
    const names = ((await test.data(ann, 'list_indexes', TASKS)) as ValueObject[]).map(({ name }) => name);
    assert.deepEqual(names, ['by_code']);
    for (const index of ['by_pay', 'none']) {
      assert.equal(await codeOf('delete_index', { index_name: index }), 'not_found', index);
      assert.equal(
        (await test.send(ann, 'sql', { database: 'shop', query: `DROP INDEX ${index} ON tasks` })).code,
        'not_found',
      );
    }
    assert.equal(((await test.data(admin, 'list_indexes', TASKS)) as ValueObject[]).length, 2);
    assert.equal(((await test.data(ann, 'collection_stats', TASKS)) as ValueObject).document_count, 2);
    assert.equal(await test.data(ann, 'rebuild_indexes', TASKS), 2);
    assert.equal(await codeOf('truncate_collection'), 'permission_denied');
    assert.equal(await codeOf('delete_collection', { name: 'tasks' }), 'permission_denied');
    const plan = await test.data(ann, 'explain', {
      database: 'shop',
      sdbql: 'FOR t IN tasks FILTER t.pay > 1 RETURN t',
    });
    assert.ok(!JSON.stringify(plan).includes('by_pay'));
  });

  it('hold inside transactions and batches, and for earlier states as they are now', async () => {
    await test.data(admin, 'delete_collection_rules', TASKS);
    const { lsn } = await test.send(admin, 'insert', { ...TASKS, document: { _key: 'd', owner: 'bob', code: 9 } });
    const past = `FOR t IN tasks AS OF ${lsn} SORT t._key RETURN t._key`;
    assert.deepEqual(await rows(past), ['a', 'b', 'c', 'd']);
    await rule({ read: 'doc.owner == @user.username' });
    assert.deepEqual(await rows(past), ['a', 'c']);
    const tx_id = (await test.send(ann, 'begin_transaction', { database: 'shop' })).tx_id as string;
    assert.equal(await codeOf('get', { key: 'b', tx_id }), 'not_found');
    assert.equal(await codeOf('update', { key: 'b', document: {}, tx_id }), 'not_found');
    const commands = [
      { cmd: 'get', ...TASKS, key: 'b' },
      { cmd: 'get', ...TASKS, key: 'a' },
    ];
    const { responses } = await test.send(ann, 'batch', { commands });
    assert.deepEqual(
      (responses as ValueObject[]).map(({ status }) => status),
      ['error', 'ok'],
    );
  });

  it('end transactions and cursors that began before they changed', async () => {
    const tx_id = (await test.send(ann, 'begin_transaction', { database: 'shop' })).tx_id as string;
    await test.data(ann, 'update', { ...TASKS, key: 'a', document: { n: 1 }, tx_id });
    const { cursor } = await test.send(ann, 'query', {
      database: 'shop',
      sdbql: 'FOR t IN tasks RETURN t',
      batch_size: 1,
    });
    await rule({ read: 'false' });
    assert.equal((await test.send(ann, 'commit_transaction', { tx_id })).code, 'conflict');
    assert.equal((await test.send(ann, 'cursor_next', { cursor: cursor! })).code, 'permission_denied');
  });

  it('end what a transaction reads in a state that it keeps from before them, however it asks', async () => {
    await test.data(admin, 'delete_collection_rules', TASKS);
    for (const isolation_level of ['read_committed', 'repeatable_read', 'serializable']) {
      const tx_id = (await test.send(ann, 'begin_transaction', { database: 'shop', isolation_level })).tx_id as string;
      const ofAdmin = (await test.send(admin, 'begin_transaction', { database: 'shop', isolation_level })).tx_id!;
      assert.equal(await codeOf('get', { key: 'b', tx_id }), undefined);
      if (isolation_level === 'read_committed') {
        await test.data(ann, 'create_collection', { database: 'shop', name: 'keeps_its_state', tx_id });
      }
      await rule({ read: 'doc.owner == @user.username', hidden: ['pay'] });
      const ways: [string, ValueObject][] = [
        ['get', { key: 'b' }],
        ['list', {}],
        ['export_collection', {}],
        ['collection_stats', {}],
        ['update', { key: 'a', document: { n: 1 }, return_old: true }],
        ['delete', { key: 'b', return_old: true }],
        ['query', { sdbql: 'FOR t IN tasks RETURN t' }],
        ['query', { sdbql: 'FOR t IN tasks UPDATE t WITH { n: 1 } IN tasks RETURN OLD' }],
        ['query', { sdbql: 'FOR t IN tasks AS OF 1 RETURN t' }],
        ['sql', { query: 'SELECT * FROM tasks' }],
        ['create_index', { name: 'by_state', fields: ['state'] }],
      ];
      for (const [cmd, fields] of ways) {
        const reply = await send(cmd, { ...fields, tx_id });
        assert.equal(reply.code, 'conflict', `${isolation_level} ${cmd} ${JSON.stringify(fields)}`);
      }
      assert.equal((await send('list', { tx_id: ofAdmin }, admin)).count, 3, 'who is not bound reads on');
      await test.data(admin, 'delete_collection_rules', TASKS);
      for (const [session, id] of [
        [ann, tx_id],
        [admin, ofAdmin],
      ] as const) {
        await test.data(session, 'rollback_transaction', { tx_id: id });
      }
    }
  });

  it('are asked for again at the commit, as rights are', async () => {
    const begin = async () => (await test.send(ann, 'begin_transaction', { database: 'shop' })).tx_id as string;
    await rule({ write: '"boss" IN @user.roles OR doc.owner == @user.username' });
    await test.data(admin, 'create_role', { name: 'boss', permissions: [] });
    await test.data(admin, 'assign_role', { username: 'ann', role: 'boss' });
    const boss = await begin();
    await test.data(ann, 'update', { ...TASKS, key: 'b', document: { n: 1 }, tx_id: boss });
    const own = await begin();
    await test.data(ann, 'update', { ...TASKS, key: 'a', document: { n: 1 }, tx_id: own });
    const made = await begin();
    await test.data(ann, 'create_collection', { database: 'shop', name: 'made', tx_id: made });
    const idle = await begin();
    await test.data(admin, 'revoke_role', { username: 'ann', role: 'boss' });
    assert.equal((await test.send(ann, 'commit_transaction', { tx_id: boss })).code, 'permission_denied');
    assert.equal((await test.send(ann, 'commit_transaction', { tx_id: own })).status, 'ok');
    const late = await begin();
    await test.data(ann, 'update', { ...TASKS, key: 'a', document: { n: 2 }, tx_id: late });
    await test.data(admin, 'revoke_role', { username: 'ann', role: 'editor' });
    await test.data(admin, 'assign_role', { username: 'ann', role: 'viewer' });
    assert.equal((await test.send(ann, 'commit_transaction', { tx_id: late })).code, 'permission_denied');
    assert.equal((await test.send(ann, 'commit_transaction', { tx_id: made })).code, 'permission_denied');
    assert.equal((await test.send(ann, 'commit_transaction', { tx_id: idle })).status, 'ok');
    assert.deepEqual([(await stored('a')).n, (await stored('b')).n], [1, undefined]);
    assert.equal(test.engine.transactions.size, 0);
  });

  it('are part of what somebody is told about his rights', async () => {
    const explain = async (fields: ValueObject, session = ann) =>
      (await test.data(session, 'explain_permission', fields)) as ValueObject;
    const own = await explain({ ...TASKS, command: 'get', key: 'a' });
    assert.equal(own.allowed, true);
    assert.ok(!JSON.stringify(own).includes('@user'));
    assert.equal((await explain({ ...TASKS, command: 'delete', key: 'a' })).allowed, false);
    const [hidden, none] = [
      await explain({ ...TASKS, command: 'get', key: 'b' }),
      await explain({ ...TASKS, command: 'get', key: 'z' }),
    ];
    assert.equal(JSON.stringify(hidden).replaceAll('b', 'z'), JSON.stringify(none).replaceAll('b', 'z'));
    const told = await explain({ ...TASKS, command: 'get', key: 'b', username: 'ann' }, admin);
    assert.equal(told.allowed, false);
    assert.match(String(told.rule), /@user\.roles/);
    assert.equal(
      (await test.send(ann, 'explain_permission', { command: 'ping', username: 'hank' })).code,
      'permission_denied',
    );
    // To whom the collection is closed no command says that it is there, nor what is in it.
    await test.data(admin, 'create_user', { username: 'eve', password: `${ADMIN_PASSWORD} eve` });
    await test.data(admin, 'create_role', { name: 'runs', permissions: ['execute'] });
    await test.data(admin, 'assign_role', { username: 'eve', role: 'runs' });
    await rule({ hidden: ['pay'] });
    for (const command of ['ping', 'cursor_next', 'list_scripts']) {
      const told = [];
      for (const [collection, key] of [
        ['tasks', 'a'],
        ['tasks', 'z'],
        ['none', 'a'],
      ]) {
        const { rules, allowed } = await explain({ ...TASKS, command, collection, key }, test.session('eve'));
        told.push([rules, allowed]);
      }
      assert.deepEqual(
        told,
        [
          [undefined, true],
          [undefined, true],
          [undefined, true],
        ],
        command,
      );
    }
    const denied = await explain({ command: 'create_user' });
    assert.deepEqual([denied.allowed, (denied.needed as ValueObject).text], [false, 'admin']);
    const granted = await explain({ ...TASKS, command: 'insert', username: 'hank' }, admin);
    assert.deepEqual(granted.granted_by, [{ role: 'editor', permission: { action: 'write', scope: 'global' } }]);
  });
});
