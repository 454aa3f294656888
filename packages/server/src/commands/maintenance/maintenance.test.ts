import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import { TestEngine } from '../../testing/test-engine.ts';

describe('maintenance commands', () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.open();
    const admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    await test.data(admin, 'create_collection', { database: 'shop', name: 'things' });
  });
  afterEach(() => test.close());

  const insert = (key: string) =>
    test.send(test.session(), 'insert', { database: 'shop', collection: 'things', document: { _key: key } });
  const keys = (database: string) =>
    test.data(test.session(), 'query', { database, sdbql: 'FOR t IN things RETURN t._key' });

  it('back up, list and restore, whole or up to an LSN or a moment', async () => {
    const admin = test.session();
    await insert('a');
    const full = (await test.data(admin, 'backup_database', { database: 'shop', name: 'first' })) as { lsn: number };
    const { lsn } = await insert('b');
    await insert('c');
    const more = { database: 'shop', name: 'second', since_lsn: full.lsn };
    assert.equal(((await test.data(admin, 'backup_database', more)) as { kind: string }).kind, 'incremental');
    const listed = (await test.data(admin, 'list_backups')) as { name: string }[];
    assert.deepEqual(
      listed.map((backup) => backup.name),
      ['first', 'second'],
    );
    const backups = ['first', 'second'];
    await test.data(admin, 'restore_backup', { name: 'all', backups });
    assert.deepEqual(await keys('all'), ['a', 'b', 'c']);
    await test.data(admin, 'restore_backup', { name: 'part', backups, lsn: lsn as Value });
    assert.deepEqual(await keys('part'), ['a', 'b']);
    await test.data(admin, 'restore_backup', { name: 'now', backups, time: new Date().toISOString() });
    assert.deepEqual(await keys('now'), ['a', 'b', 'c']);
  });

  it('refuse names that are paths, the name of the system database, and everybody but admins', async () => {
    const admin = test.session();
    for (const name of ['../x', '/tmp/x', '.hidden', 'a/b', '']) {
      const reply = await test.send(admin, 'backup_database', { database: 'shop', name });
      assert.equal(reply.code, 'invalid_argument', name);
    }
    await test.data(admin, 'backup_database', { database: 'shop', name: 'one' });
    assert.equal((await test.send(admin, 'restore_backup', { name: '_system', backups: ['one'] })).status, 'error');
    await test.data(admin, 'create_user', { username: 'vi', password: 'a long password', roles: ['viewer'] });
    for (const cmd of ['list_backups', 'check_database', 'repair_database', 'backup_database']) {
      assert.equal((await test.send(test.session('vi'), cmd, { database: 'shop' })).code, 'permission_denied', cmd);
    }
  });

  it('check and repair', async () => {
    await insert('a');
    assert.deepEqual(await test.data(test.session(), 'check_database', { database: 'shop' }), []);
    assert.deepEqual(await test.data(test.session(), 'repair_database', { database: 'shop' }), {
      collections: [],
      findings: [],
    });
  });
});
