import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import { encodeValue } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { Session } from '../../runner/session.ts';
import { AUDIT } from '../../security/system-records.ts';
import { ADMIN_PASSWORD, TestEngine } from '../../testing/test-engine.ts';
import { type AuditEntry, auditHash, auditKey } from './audit-entry.ts';

interface Page {
  readonly entries: readonly AuditEntry[];
  readonly next: number | null;
}

interface Verdict {
  readonly sound: boolean;
  readonly entries: number;
  readonly head: { readonly seq: number; readonly hash: string } | null;
  readonly problem: string | null;
}

describe('the audit log', function () {
  this.timeout(20_000);
  let test: TestEngine;
  let admin: Session;
  let system: Database;

  beforeEach(async () => {
    test = await TestEngine.open();
    admin = test.session();
    system = test.engine.database('_system');
  });
  afterEach(() => test.close());

  const list = async (filter: ValueObject = {}) => (await test.data(admin, 'list_audit', filter)) as unknown as Page;
  const actions = async (filter: ValueObject = {}) =>
    (await list(filter)).entries.map(({ action, outcome }) => `${action} ${outcome}`);
  const verify = async (expect: ValueObject[] = []) =>
    (await test.data(admin, 'verify_audit', { expect })) as unknown as Verdict;

  async function makeSome(): Promise<void> {
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'users' });
    await test.data(admin, 'create_user', { username: 'ann', password: 'open sesame', roles: ['viewer'] });
    await test.data(admin, 'create_index', { database: 'shop', collection: 'users', fields: ['a'], name: 'by_a' });
  }

  it('has an entry for each change, with who and what, and none for documents and reads', async () => {
    await makeSome();
    await test.data(admin, 'insert', { database: 'shop', collection: 'users', document: { a: 1 } });
    await test.data(admin, 'query', { database: 'shop', sdbql: 'FOR u IN users RETURN u' });
    await test.data(admin, 'sql', { database: 'shop', query: 'CREATE TABLE orders (id INT)' });
    const { entries } = await list();
    assert.deepEqual(
      entries.map(({ action }) => action),
      [
        'create_database',
        'create_collection',
        'create_user',
        'create_index',
        'create_collection',
        'set_collection_schema',
      ],
    );
    const made = entries[2]!;
    assert.deepEqual([made.user, made.door, made.database], ['admin', 'inside', null]);
    assert.deepEqual(made.details, { username: 'ann', password: '[secret]', roles: ['viewer'] });
    assert.ok(!JSON.stringify(entries).includes('sesame'));
    assert.deepEqual(entries[3]!.details.fields, ['a']);
  });

  it('is written before the change, and says when that failed', async () => {
    await makeSome();
    const { entries } = await list();
    await assert.rejects(test.data(admin, 'create_collection', { database: 'shop', name: 'users' }));
    const later = (await list({ after: entries.length })).entries;
    assert.deepEqual(
      later.map(({ outcome, of, code }) => [outcome, of, code]),
      [
        ['begun', null, null],
        ['failed', later[0]!.seq, 'already_exists'],
      ],
    );
    // The change does not happen when it cannot be written down.
    test.engine.audit.append = () => Promise.reject(new Error('no disk'));
    await test.send(admin, 'create_collection', { database: 'shop', name: 'unseen' });
    assert.deepEqual(await test.data(admin, 'list_collections', { database: 'shop' }), ['users']);
  });

  it('keeps one chain when many write at once', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => test.data(admin, 'create_database', { name: `d${n}` })));
    const { sound, entries } = await verify();
    assert.deepEqual([sound, entries], [true, 50]);
  });

  it('is out of reach of every command but its own', async () => {
    await makeSome();
    const where = { database: '_system', collection: AUDIT };
    const refused: [string, ValueObject][] = [
      ['insert', { ...where, document: {} }],
      ['update', { ...where, key: auditKey(1), document: {} }],
      ['replace', { ...where, key: auditKey(1), document: {} }],
      ['delete', { ...where, key: auditKey(1) }],
      ['get', { ...where, key: auditKey(1) }],
      ['bulk_insert', { ...where, documents: [{}] }],
      ['import_collection', { ...where, data: [{}] }],
      ['truncate_collection', where],
      ['delete_collection', { database: '_system', name: AUDIT }],
      ['query', { database: '_system', sdbql: `FOR a IN ${AUDIT} REMOVE a IN ${AUDIT}` }],
      ['query', { database: '_system', sdbql: `INSERT {} INTO ${AUDIT}` }],
      ['query', { database: '_system', sdbql: `FOR a IN ${AUDIT} RETURN a` }],
      ['sql', { database: '_system', query: `DELETE FROM ${AUDIT}` }],
      ['sql', { database: '_system', query: `DROP TABLE ${AUDIT}` }],
      ['set_durability', { database: '_system', durability: 'relaxed' }],
    ];
    for (const [cmd, fields] of refused) {
      const reply = await test.send(admin, cmd, fields);
      assert.equal(reply.status, 'error', cmd);
      const batched = await test.send(admin, 'batch', { commands: [{ cmd, ...fields }] });
      assert.ok(JSON.stringify(batched).includes('error'), `${cmd} in a batch`);
    }
    const nobody = test.session();
    await test.data(admin, 'create_user', { username: 'ed', password: ADMIN_PASSWORD, roles: ['editor'] });
    nobody.authenticate('ed');
    for (const cmd of ['list_audit', 'verify_audit']) {
      assert.equal((await test.send(nobody, cmd)).code, 'permission_denied');
    }
    assert.equal((await verify()).sound, true);
  });

  it('tells where somebody has changed it: a member, an entry, the order, the end', async () => {
    await makeSome();
    const { entries } = await list();
    const before = await verify();
    assert.deepEqual([before.sound, before.entries, before.head?.seq], [true, 4, 4]);
    const put = (entry: AuditEntry) =>
      system.write((transaction) => {
        const body = encodeValue({ ...entry } as unknown as ValueObject);
        transaction.put(
          AUDIT,
          { key: auditKey(entry.seq), revision: new Uint8Array(8), createdMs: 0, updatedMs: 0, body },
          'upsert',
        );
      });
    const remove = (seq: number) => system.write((transaction) => transaction.delete(AUDIT, auditKey(seq)));
    const [first, second, third, fourth] = entries as [AuditEntry, AuditEntry, AuditEntry, AuditEntry];

    await put({ ...second, user: 'somebody else' });
    assert.match((await verify()).problem ?? '', /entry 2 is not what was written/);
    const forged = { ...second, user: 'somebody else' };
    await put({ ...forged, hash: auditHash(forged) });
    assert.match((await verify()).problem ?? '', /entry 3 does not follow/);
    await put(second);
    await remove(3);
    assert.match((await verify()).problem ?? '', /entry 3 is missing/);
    await put({ ...fourth, seq: 3 });
    assert.match((await verify()).problem ?? '', /entry 3 does not follow/);
    await put(third);
    await remove(4);
    assert.match((await verify()).problem ?? '', /after 3 are missing: there were 4/);
    await put(fourth);
    assert.deepEqual(await verify(), before);
    await remove(1);
    assert.match((await verify()).problem ?? '', /entry 1 is missing/);
    await put(first);

    const noted = { seq: 2, hash: second.hash };
    assert.equal((await verify([noted])).sound, true);
    assert.match((await verify([{ seq: 2, hash: first.hash }])).problem ?? '', /entry 2 is not the one that was noted/);
    assert.match((await verify([{ seq: 9, hash: first.hash }])).problem ?? '', /there were 9/);
  });

  it('is shown in pages, the newest alone, and by user, action and database', async () => {
    await makeSome();
    const page = await list({ limit: 3 });
    assert.deepEqual([page.entries.length, page.next], [3, 3]);
    assert.deepEqual(
      (await list({ limit: 3, after: page.next! })).entries.map(({ seq }) => seq),
      [4],
    );
    assert.deepEqual(
      (await list({ last: 2 })).entries.map(({ seq }) => seq),
      [3, 4],
    );
    assert.deepEqual(await actions({ database: 'shop' }), ['create_collection begun', 'create_index begun']);
    assert.deepEqual(await actions({ action: 'create_user' }), ['create_user begun']);
    assert.deepEqual(await actions({ user: 'ann' }), []);
  });

  it('has failed logins, or all, or none, as the setting says', async () => {
    const logIn = (password: string) => test.send(test.stranger(), 'auth', { username: 'admin', password });
    const settled = async (count: number) => {
      while ((await list()).entries.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      return actions();
    };
    await logIn('wrong');
    await logIn(ADMIN_PASSWORD);
    assert.deepEqual(await settled(1), ['auth refused']);
    await test.data(admin, 'set_setting', { name: 'auditLogins', value: 'all' });
    await logIn(ADMIN_PASSWORD);
    assert.deepEqual(await settled(3), ['auth refused', 'set_setting begun', 'auth done']);
    assert.deepEqual((await list()).entries[0]!.details, { by: 'password', username: 'admin' });
    assert.equal((await verify()).sound, true);
    assert.equal((await test.send(admin, 'set_setting', { name: 'port', value: 1 })).code, 'invalid_argument');
    assert.equal(
      (await test.send(admin, 'set_setting', { name: 'auditLogins', value: 'some' })).code,
      'invalid_argument',
    );
  });

  it('has names and digests of what is installed and set, and no values', async () => {
    await makeSome();
    const secret = 'xyzzy-swordfish';
    await test.data(admin, 'set_env_var', { database: 'shop', key: 'API', value: secret });
    await test.data(admin, 'set_env_var', { database: 'shop', key: 'PIN', value: 4711 });
    await test.data(admin, 'set_env_vars_bulk', { database: 'shop', vars: { ONE: secret, TWO: 2 } });
    await test.data(admin, 'set_setting', { name: 'slowQueryMs', value: 250 });
    const { entries } = await list({ after: 4 });
    assert.deepEqual(
      entries.map(({ details }) => details),
      [
        { database: 'shop', key: 'API', value: { bytes: secret.length } },
        { database: 'shop', key: 'PIN', value: { type: 'number' } },
        { database: 'shop', vars: { names: ['ONE', 'TWO'] } },
        { name: 'slowQueryMs', value: 250 },
      ],
    );
  });

  it('is there after a restart, and goes on', async () => {
    await makeSome();
    await test.reopen();
    admin = test.session();
    await test.data(admin, 'create_database', { name: 'second' });
    const { sound, entries } = await verify();
    assert.deepEqual([sound, entries], [true, 5]);
  });
});
