import assert from 'node:assert/strict';
import { COMMANDS, type ValueObject } from '@cairn/protocol/internal';
import { ADMIN_PASSWORD, TestEngine } from '../testing/test-engine.ts';
import type { Session } from './session.ts';

describe('the runner', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let admin: Session;

  before(async () => {
    test = await TestEngine.open();
    admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_database', { name: 'other' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'users' });
    await test.data(admin, 'insert', { database: 'shop', collection: 'users', document: { _key: 'u1', age: 1 } });
    const users: [string, string, string | undefined][] = [
      ['ann', 'editor', undefined],
      ['vic', 'viewer', undefined],
      ['eve', 'editor', 'shop'],
      ['adi', 'admin', 'shop'],
      ['nob', '', undefined],
    ];
    for (const [username, role, database] of users) {
      await test.data(admin, 'create_user', { username, password: `${ADMIN_PASSWORD} ${username}` });
      const where: ValueObject = database === undefined ? {} : { database };
      if (role !== '') await test.data(admin, 'assign_role', { username, role, ...where });
    }
  });

  after(() => test.close());

  /** The fields, with something for those that the command wants besides. */
  const readable = async (session: Session, cmd: string, fields: ValueObject): Promise<ValueObject> => {
    const filled = { ...fields };
    for (const value of ['x', 1, true, [], {}, ['x'], [{}], 'x', 1]) {
      for (let missing = await wrongField(session, cmd, filled); missing !== undefined && filled[missing] !== value; ) {
        filled[missing] = value;
        missing = await wrongField(session, cmd, filled);
      }
    }
    return filled;
  };
  const wrongField = async (session: Session, cmd: string, fields: ValueObject): Promise<string | undefined> => {
    const { code, details } = await test.send(session, cmd, fields);
    const field = code === 'invalid_argument' ? (details as ValueObject | undefined)?.field : undefined;
    return typeof field === 'string' ? field : undefined;
  };
  const codeOf = async (session: Session, cmd: string, fields = {}) => (await test.send(session, cmd, fields)).code;

  it('answers nobody but authenticated callers, save for auth and ping', async () => {
    const stranger = test.stranger();
    for (const { name, access } of COMMANDS) {
      if (access === 'public') continue;
      const reply = await test.send(stranger, name, {});
      assert.equal(reply.code, 'unauthenticated', name);
      assert.ok('AuthError' in (reply.error as object), name);
    }
    assert.equal((await test.send(stranger, 'ping')).status, 'pong');
    assert.equal(await codeOf(stranger, 'auth', { username: 'admin', password: 'wrong' }), 'unauthenticated');
    assert.equal(stranger.isAuthenticated, false);
  });

  it('gives every catalogue entry with a scope the same answer to somebody without any role', async () => {
    const nobody = test.session('nob');
    const fields = {
      database: 'shop',
      collection: 'users',
      name: 'x',
      key: 'u1',
      sdbql: 'RETURN 1',
      fields: ['a'],
      documents: [],
      document: {},
      schema: {},
      username: 'ann',
      password: 'p',
      role: 'viewer',
      tx_id: 'tx:1',
      durability: 'full',
      backups: ['b'],
      key_id: 'k',
      query: 'SELECT 1',
      queue_name: 'q',
      older_than: 0,
      script_path: 's',
      job_id: 'j',
      jobs: [],
      status: 'failed',
      cron_id: 'c',
      cron_expression: '@daily',
      trigger_id: 't',
      events: ['insert'],
      value: 1,
    };
    for (const { name, access } of COMMANDS) {
      if (typeof access !== 'object') continue;
      assert.equal(await codeOf(nobody, name, await readable(nobody, name, fields)), 'permission_denied', name);
    }
  });

  it('lets viewers read and editors write, and keeps both from users and databases', async () => {
    const where = { database: 'shop', collection: 'users' };
    const [viewer, editor] = [test.session('vic'), test.session('ann')];
    assert.equal((await test.send(viewer, 'get', { ...where, key: 'u1' })).status, 'ok');
    assert.equal(await codeOf(viewer, 'insert', { ...where, document: {} }), 'permission_denied');
    assert.equal(
      await codeOf(viewer, 'query', { database: 'shop', sdbql: 'INSERT {} INTO users' }),
      'permission_denied',
    );
    assert.equal((await test.send(viewer, 'query', { database: 'shop', sdbql: 'RETURN 1' })).status, 'ok');
    assert.equal(await codeOf(viewer, 'list_users'), 'permission_denied');
    assert.equal((await test.send(editor, 'insert', { ...where, document: {} })).status, 'ok');
    assert.equal(await codeOf(editor, 'create_database', { name: 'new' }), 'permission_denied');
    assert.equal(
      await codeOf(editor, 'create_user', { username: 'x', password: 'long enough 1' }),
      'permission_denied',
    );
  });

  it('confines a role to its database', async () => {
    for (const user of ['eve', 'adi']) {
      const session = test.session(user);
      assert.equal((await test.send(session, 'list_collections', { database: 'shop' })).status, 'ok');
      assert.equal(await codeOf(session, 'list_collections', { database: 'other' }), 'permission_denied');
      assert.equal(await codeOf(session, 'list_collections', { database: 'nowhere' }), 'permission_denied');
      assert.equal(await codeOf(session, 'list_users'), 'permission_denied');
      assert.deepEqual(await test.data(session, 'list_databases'), ['shop']);
    }
  });

  it('keeps the secrets of the system database from everybody, by any door of it', async () => {
    for (const collection of ['_admins', '_config', '_user_roles']) {
      const where = { database: '_system', collection };
      assert.equal(await codeOf(admin, 'list', where), 'permission_denied');
      assert.equal(await codeOf(admin, 'insert', { ...where, document: {} }), 'permission_denied');
      assert.notEqual(
        (await test.send(admin, 'query', { database: '_system', sdbql: `FOR x IN ${collection} RETURN x` })).status,
        'ok',
      );
      assert.equal(
        await codeOf(admin, 'delete_collection', { database: '_system', name: collection }),
        'permission_denied',
      );
    }
    assert.equal(await codeOf(test.session('ann'), 'list_collections', { database: '_system' }), 'permission_denied');
    assert.equal(await codeOf(admin, 'delete_database', { name: '_system' }), 'invalid_argument');
  });

  it('lets changes of rights take effect on sessions that are open', async () => {
    const session = test.session('ann');
    assert.equal((await test.send(session, 'list_collections', { database: 'shop' })).status, 'ok');
    await test.data(admin, 'revoke_role', { username: 'ann', role: 'editor' });
    assert.equal(await codeOf(session, 'list_collections', { database: 'shop' }), 'permission_denied');
    await test.data(admin, 'assign_role', { username: 'ann', role: 'viewer' });
    assert.equal((await test.send(session, 'list_collections', { database: 'shop' })).status, 'ok');
    await test.data(admin, 'delete_user', { username: 'ann' });
    assert.equal(await codeOf(session, 'list_collections', { database: 'shop' }), 'unauthenticated');
  });

  it('authenticates by password and by token, until the password changes', async () => {
    const session = test.stranger();
    const password = `${ADMIN_PASSWORD} vic`;
    const data = (await test.data(session, 'auth', { username: 'vic', password })) as {
      token: string;
      roles: string[];
    };
    assert.deepEqual(data.roles, ['viewer']);
    assert.equal(session.user, 'vic');
    const next = test.stranger();
    await test.data(next, 'auth', { token: data.token });
    assert.equal(next.user, 'vic');
    assert.equal(
      await codeOf(next, 'change_password', { old_password: 'wrong', new_password: 'something longer' }),
      'unauthenticated',
    );
    assert.equal(
      await codeOf(next, 'change_password', { username: 'admin', new_password: 'something longer' }),
      'permission_denied',
    );
    await test.data(next, 'change_password', { old_password: password, new_password: 'something longer' });
    assert.equal(await codeOf(test.stranger(), 'auth', { token: data.token }), 'unauthenticated');
    assert.equal(await codeOf(test.stranger(), 'auth', { username: 'vic', password }), 'unauthenticated');
    await test.data(test.stranger(), 'auth', { username: 'vic', password: 'something longer' });
  });

  it('tells nobody which databases there are before he has shown who he is', async () => {
    const stranger = test.stranger();
    const auth = (fields: ValueObject) => codeOf(stranger, 'auth', { username: 'admin', ...fields });
    assert.equal(await auth({ database: 'none', password: 'wrong' }), 'unauthenticated');
    assert.equal(await auth({ database: 'none', password: ADMIN_PASSWORD }), 'not_found');
  });

  it('counts what it ran and says what it could not read', async () => {
    const statistics = test.engine.activity.at('inside').get('get')!;
    const before = statistics.requests;
    await test.send(admin, 'get', { database: 'shop', collection: 'users', key: 'u1' });
    await test.send(admin, 'get', { database: 'shop', collection: 'users', key: 'none' });
    assert.equal(statistics.requests, before + 2);
    assert.ok(statistics.errorsByCode.get('not_found')! >= 1);
    const unknown = await test.send(admin, 'nonsense');
    assert.match((unknown.error as { ProtocolError: string }).ProtocolError, /unknown variant `nonsense`/);
    const missing = await test.send(admin, 'get', { database: 'shop' });
    assert.match((missing.error as { ProtocolError: string }).ProtocolError, /missing field `collection`/);
    const refusals = [...test.engine.activity.refusals()];
    assert.ok(refusals.some(({ door, code, count }) => door === 'inside' && code === 'invalid_argument' && count >= 2));
  });
});
