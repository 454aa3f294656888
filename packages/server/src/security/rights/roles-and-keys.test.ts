import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { Session } from '../../runner/session.ts';
import { TestEngine } from '../../testing/test-engine.ts';
import { parsePermission } from './parse-permission.ts';

describe('permissions as clients write them', () => {
  it('are texts or objects, and refused by what is wrong with them', () => {
    const same: [ValueObject | string, ValueObject][] = [
      ['read', { action: 'read', scope: 'global' }],
      ['write:shop', { action: 'write', scope: 'database', database: 'shop' }],
      ['write:*', { action: 'write', scope: 'database' }],
      ['read:shop/orders', { action: 'read', scope: 'collection', database: 'shop', collection: 'orders' }],
      ['read:*/orders', { action: 'read', scope: 'collection', collection: 'orders' }],
      [
        { action: 'admin', database: 'shop' },
        { action: 'admin', scope: 'database', database: 'shop' },
      ],
      [
        { action: 'execute', scope: 'global', database: null },
        { action: 'execute', scope: 'global' },
      ],
    ];
    for (const [line, permission] of same) assert.deepEqual(parsePermission(line), permission);
    const wrong: Value[] = [
      '',
      'fly',
      'read:',
      'read:/x',
      'read:x/',
      { action: 'read', scope: 'collection' },
      { scope: 'global' },
      5,
      null,
    ];
    for (const line of wrong) assert.throws(() => parsePermission(line), /is no permission/, JSON.stringify(line));
  });
});

describe('roles and API keys', () => {
  let test: TestEngine;
  let admin: Session;
  beforeEach(async () => {
    test = await TestEngine.open();
    admin = test.session();
    for (const name of ['shop', 'other']) {
      await test.data(admin, 'create_database', { name });
      for (const collection of ['orders', 'people']) {
        await test.data(admin, 'create_collection', { database: name, name: collection });
        await test.data(admin, 'insert', { database: name, collection, document: { _key: 'a', n: 1 } });
      }
    }
    await test.data(admin, 'create_user', { username: 'ann', password: 'a long password' });
  });
  afterEach(() => test.close());

  const code = async (session: Session, cmd: string, fields: ValueObject = {}) =>
    (await test.send(session, cmd, fields)).code;
  const give = async (permissions: (string | ValueObject)[]) => {
    await test.data(admin, 'create_role', { name: 'clerk', permissions });
    await test.data(admin, 'assign_role', { username: 'ann', role: 'clerk' });
    return test.session('ann');
  };
  const get = (database: string, collection: string) => ({ database, collection, key: 'a' });

  it('reach the collections that a role names, by every way there is, and no others', async () => {
    const ann = await give(['read:shop/orders']);
    assert.equal(await code(ann, 'get', get('shop', 'orders')), undefined);
    assert.equal(await code(ann, 'get', get('shop', 'people')), 'permission_denied');
    assert.equal(await code(ann, 'get', get('other', 'orders')), 'permission_denied');
    assert.equal(await code(ann, 'delete', get('shop', 'orders')), 'permission_denied');
    assert.deepEqual(await test.data(ann, 'list_databases'), ['shop']);
    assert.deepEqual(await test.data(ann, 'list_collections', { database: 'shop' }), ['orders']);
    const query = (sdbql: string) => code(ann, 'query', { database: 'shop', sdbql });
    assert.equal(await query('FOR o IN orders RETURN o'), undefined);
    const forbidden = [
      'FOR p IN people RETURN p',
      'FOR o IN orders FOR p IN people RETURN p',
      'RETURN DOCUMENT("people/a")',
      'FOR o IN orders RETURN DOCUMENT(CONCAT("people", "/a"))',
      'RETURN COLLECTION_COUNT("people")',
      'RETURN LENGTH(FOR p IN people RETURN 1)',
      'INSERT { n: 1 } INTO orders',
      'FOR v IN OUTBOUND "people/a" orders RETURN v',
    ];
    for (const sdbql of forbidden) assert.equal(await query(sdbql), 'permission_denied', sdbql);
    assert.equal(await code(ann, 'sql', { database: 'shop', query: 'SELECT * FROM people' }), 'permission_denied');
    assert.equal(await code(ann, 'sql', { database: 'shop', query: 'DROP TABLE orders' }), 'permission_denied');
    assert.equal(
      await code(ann, 'explain', { database: 'shop', sdbql: 'FOR p IN people RETURN p' }),
      'permission_denied',
    );
    assert.equal(await code(ann, 'query', { database: 'other', sdbql: 'RETURN 1' }), 'permission_denied');
    assert.equal(await code(ann, 'create_collection', { database: 'shop', name: 'x' }), 'permission_denied');
  });

  it('say of a collection or database that is closed what they say of one that is not there', async () => {
    const ann = await give(['write:shop/orders']);
    const told = async (name: string, ask: (name: string) => Promise<unknown>) =>
      JSON.stringify(await ask(name)).replaceAll(name, 'X');
    const texts = ['FOR p IN X RETURN p', 'INSERT {} INTO X', 'RETURN (FOR p IN X RETURN p)', 'RETURN DOCUMENT("X/a")'];
    const queries = texts.map((text) => (name: string) => {
      return test.send(ann, 'query', { database: 'shop', sdbql: text.replaceAll('X', name) });
    });
    const explained = (name: string) =>
      test.send(ann, 'explain', { database: 'shop', sdbql: `FOR p IN ${name} RETURN p` });
    const ofSql = (name: string) => test.send(ann, 'sql', { database: 'shop', query: `SELECT * FROM ${name}` });
    for (const ask of [...queries, explained, ofSql]) {
      const said = await told('people', ask);
      assert.equal(await told('nosuch', ask), said);
      assert.match(said, /permission_denied/);
    }
    const enters = async (database: string) =>
      (await test.send(test.stranger(), 'auth', { database, username: 'ann', password: 'a long password' })).code;
    assert.deepEqual(
      [await enters('other'), await enters('nosuch'), await enters('shop')],
      [undefined, undefined, undefined],
    );
  });

  it('leave a later namesake of somebody nothing that he had open', async () => {
    await test.data(admin, 'assign_role', { username: 'ann', role: 'editor' });
    const ann = test.session('ann');
    const tx_id = (await test.send(ann, 'begin_transaction', { database: 'shop' })).tx_id!;
    await test.data(ann, 'insert', { database: 'shop', collection: 'orders', document: { _key: 'hers' }, tx_id });
    const query = { database: 'shop', sdbql: 'FOR i IN 1..9 FOR o IN orders RETURN o', batch_size: 1 };
    const cursor = (await test.send(ann, 'query', query)).cursor!;
    await test.data(admin, 'delete_user', { username: 'ann' });
    await test.data(admin, 'create_user', { username: 'ann', password: 'another long password', roles: ['editor'] });
    const later = test.session('ann');
    assert.deepEqual(await test.data(later, 'list_transactions'), []);
    assert.equal(await code(later, 'commit_transaction', { tx_id }), 'transaction_not_found');
    assert.equal(await code(later, 'cursor_next', { cursor }), 'not_found');
    assert.equal(await code(ann, 'cursor_next', { cursor }), 'unauthenticated');
  });

  it('take effect at once on an open session and on open cursors, and end with the role', async () => {
    const ann = await give(['write:shop']);
    for (let number = 0; number < 10; number++) {
      await test.data(ann, 'insert', { database: 'shop', collection: 'orders', document: { number } });
    }
    const query = { database: 'shop', sdbql: 'FOR o IN orders RETURN o', batch_size: 2 };
    const { cursor } = await test.send(ann, 'query', query);
    await test.data(admin, 'update_role', { name: 'clerk', permissions: ['write:shop/people'] });
    assert.equal(await code(ann, 'cursor_next', { cursor: cursor! }), 'permission_denied');
    assert.equal(await code(ann, 'get', get('shop', 'orders')), 'permission_denied');
    assert.equal(await code(ann, 'get', get('shop', 'people')), undefined);
    await test.data(admin, 'delete_role', { name: 'clerk' });
    assert.equal(await code(ann, 'get', get('shop', 'people')), 'permission_denied');
    await test.data(admin, 'create_role', { name: 'clerk', permissions: ['admin'] });
    assert.equal(await code(ann, 'get', get('shop', 'people')), 'permission_denied', 'a namesake gives nothing');
    for (const cmd of ['update_role', 'delete_role'])
      assert.equal(await code(admin, cmd, { name: 'viewer' }), 'permission_denied');
    assert.equal(await code(admin, 'create_role', { name: 'editor' }), 'already_exists');
    assert.equal(await code(admin, 'create_role', { name: 'x', permissions: ['nonsense'] }), 'invalid_argument');
  });

  it('let a key act with its own rights, shown once, stored hashed, until it is rotated, deleted or expires', async () => {
    const made = (await test.data(admin, 'create_api_key', {
      name: 'import',
      permissions: ['write'],
      databases: ['shop'],
      expires_at: Math.floor(test.host.nowMs() / 1000) + 3600,
    })) as { id: string; key: string };
    assert.match(made.key, /^sk_[0-9a-f]{64}$/);
    const session = test.stranger();
    const auth = { database: 'shop', username: '', password: '', api_key: made.key };
    const entered = (await test.data(session, 'auth', auth)) as { token: string };
    assert.equal(await code(session, 'get', get('shop', 'orders')), undefined);
    assert.equal(await code(session, 'get', get('other', 'orders')), 'permission_denied');
    assert.equal(await code(session, 'create_database', { name: 'more' }), 'permission_denied');
    const elsewhere = await test.send(test.stranger(), 'auth', { ...auth, database: 'other' });
    assert.deepEqual(elsewhere.error, { AuthError: 'API key does not have access to this database' });
    const second = test.stranger();
    await test.data(second, 'auth', { database: 'shop', username: '', password: '', token: entered.token });
    const listed = JSON.stringify(await test.data(admin, 'list_api_keys'));
    assert.ok(listed.includes(made.id) && !listed.includes(made.key) && !listed.includes('key_hash'));
    assert.equal(
      await code(admin, 'get', { database: '_system', collection: '_api_keys', key: made.id }),
      'permission_denied',
    );
    const rotated = (await test.data(admin, 'regenerate_api_key', { key_id: made.id })) as { key: string };
    assert.equal(await code(test.stranger(), 'auth', auth), 'unauthenticated');
    assert.equal(
      await code(test.stranger(), 'auth', { ...auth, username: '', password: '', token: entered.token, api_key: '' }),
      'unauthenticated',
    );
    const third = test.stranger();
    await test.data(third, 'auth', { ...auth, api_key: rotated.key });
    test.host.aheadMs += 2 * 3_600_000;
    assert.equal(await code(third, 'get', get('shop', 'orders')), 'unauthenticated', 'expired');
    const late = await test.send(test.stranger(), 'auth', { ...auth, api_key: rotated.key });
    assert.deepEqual(late.error, { AuthError: 'API key expired' });
    await test.data(admin, 'delete_api_key', { key_id: made.id });
    assert.equal(await code(admin, 'get_api_key', { key_id: made.id }), 'not_found');
    assert.equal(
      await code(admin, 'create_user', { username: 'api-key:x', password: 'a long password' }),
      'invalid_argument',
    );
  });
});
