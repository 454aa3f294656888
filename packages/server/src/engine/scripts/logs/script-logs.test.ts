import assert from 'node:assert/strict';
import { SCRIPT_LOG_LINES_KEPT } from '../../../limits.ts';
import { TestEngine } from '../../../testing/test-engine.ts';

describe('the logs of scripts', function () {
  this.timeout(30_000);
  let test: TestEngine;

  before(async () => {
    test = await TestEngine.open();
    await test.engine.createDatabase('shop');
  });
  after(() => test.close());

  function log(message: string, level = 'info'): void {
    const script = { key: 'k', name: 'n' };
    test.engine.scripts.logs.add(test.engine.database('shop'), { script, level, message });
  }

  it('are listed from the newest on, by script, level and time', async () => {
    log('one');
    log('two', 'error');
    log('three');
    const admin = test.session();
    const lines = async (wanted: object) => {
      const found = await test.data(admin, 'list_script_logs', { database: 'shop', ...wanted });
      return (found as { message: string }[]).map(({ message }) => message);
    };
    assert.deepEqual(await lines({}), ['three', 'two', 'one']);
    assert.deepEqual(await lines({ level: 'error' }), ['two']);
    assert.deepEqual(await lines({ limit: 1, offset: 1 }), ['two']);
    assert.deepEqual(await lines({ script_id: 'other' }), []);
    assert.deepEqual(await lines({ since_ms: Date.now() + 10_000 }), []);
  });

  it('keep the newest lines', async () => {
    const { logs } = test.engine.scripts;
    for (let batch = 0; batch < 3; batch++) {
      for (let i = 0; i < SCRIPT_LOG_LINES_KEPT / 2; i++) log(`${batch} ${i}`);
      await logs.flush();
    }
    const [newest] = await logs.list(test.engine.database('shop'), { limit: 1, offset: 0 });
    assert.equal(newest?.message, `2 ${SCRIPT_LOG_LINES_KEPT / 2 - 1}`);
    const all = await logs.list(test.engine.database('shop'), { limit: 1e6, offset: 0 });
    assert.ok(all.length <= SCRIPT_LOG_LINES_KEPT * 1.1);
    assert.ok(all.length >= SCRIPT_LOG_LINES_KEPT);
  });

  it('are for administrators of the database', async () => {
    await test.data(test.session(), 'create_user', { username: 'ed', password: 'a long password', roles: ['editor'] });
    const editor = test.session('ed');
    for (const [command, fields] of [
      ['list_script_logs', {}],
      ['list_env_vars', {}],
      ['create_script', { name: 'n', path: 'p', code: '' }],
      ['list', { collection: '_env' }],
      ['insert', { collection: '_scripts', document: { path: 'p', code: '' } }],
      ['query', { sdbql: 'FOR line IN _logs RETURN line' }],
      ['truncate_collection', { name: '_logs' }],
      ['delete_collection', { name: '_scripts' }],
    ] as const) {
      const reply = await test.send(editor, command, { database: 'shop', ...fields });
      assert.equal(reply.code, 'permission_denied', command);
    }
  });
});
