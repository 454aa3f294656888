import assert from 'node:assert/strict';
import type { ValueObject } from '@cairn/protocol/internal';
import { TestEngine } from '../../testing/test-engine.ts';

describe('running requests', function () {
  this.timeout(20_000);
  let test: TestEngine;
  before(async () => {
    test = await TestEngine.open();
    const admin = test.session();
    await test.data(admin, 'create_database', { name: 'shop' });
    for (const username of ['ann', 'bob']) {
      await test.data(admin, 'create_user', { username, password: 'open sesame', roles: ['editor'] });
    }
  });
  after(() => test.close());

  const sleeping = 'RETURN SLEEP(10000)';

  it('are listed to their user and to administrators, and stopped by them', async () => {
    const [ann, bob, admin] = [test.session('ann'), test.session('bob'), test.session()];
    const running = test.send(ann, 'query', { database: 'shop', sdbql: sleeping });
    const listed = async (session: typeof ann) =>
      ((await test.data(session, 'list_running')) as ValueObject[]).filter(({ command }) => command === 'query');
    const [mine] = await listed(ann);
    assert.deepEqual(
      [mine!.user, mine!.database, mine!.text, mine!.stoppable, mine!.door],
      ['ann', 'shop', sleeping, true, 'inside'],
    );
    assert.deepEqual(await listed(bob), []);
    assert.equal((await listed(admin)).length, 1);
    const id = Number(mine!.id);
    assert.equal((await test.send(bob, 'kill_running', { id })).code, 'not_found');
    assert.deepEqual(await test.data(admin, 'kill_running', { id }), { killed: true });
    assert.equal((await running).code, 'cancelled');
    assert.deepEqual(await listed(admin), []);
    assert.equal((await test.send(ann, 'kill_running', { id })).code, 'not_found');
  });

  it('that look at nothing cannot be stopped, and it is said', async () => {
    const admin = test.session();
    const checking = test.send(admin, 'create_database', { name: 'second' });
    const found = [...test.engine.activity.running.list()].find(([, { name }]) => name === 'create_database');
    assert.equal((await test.send(admin, 'kill_running', { id: found![0] })).code, 'invalid_argument');
    assert.equal((await checking).status, 'ok');
  });
});
