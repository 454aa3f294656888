import assert from 'node:assert/strict';
import { TestEngine } from '../../testing/test-engine.ts';
import { Session } from '../session.ts';

describe('admission', function () {
  this.timeout(30_000);
  let test: TestEngine;

  async function open(flags: Record<string, unknown>): Promise<void> {
    test = await TestEngine.open(flags);
    await test.data(test.session(), 'create_database', { name: 'shop' });
    await test.data(test.session(), 'create_user', { username: 'ann', password: 'long enough 1', roles: ['editor'] });
  }

  /** Somebody from outside: what the server asks of itself is never turned away. */
  function outside(user: string): Session {
    const session = new Session('127.0.0.1', test.engine.security, 'native');
    session.authenticate(user);
    return session;
  }

  afterEach(() => test.close());

  const sleep = { database: 'shop', sdbql: 'RETURN SLEEP(150)' };
  const quick = { database: 'shop', sdbql: 'RETURN 1' };

  it('answers queries beyond those that a user may have under way, at once and to be sent again', async () => {
    await open({ queriesByUserMax: 2 });
    const ann = outside('ann');
    const [first, second] = [test.send(ann, 'query', sleep), test.send(outside('ann'), 'query', sleep)];
    const third = await test.send(ann, 'query', quick);
    assert.deepEqual([third.code, third.retryable], ['overloaded', true]);
    assert.equal((await test.send(outside('admin'), 'query', quick)).status, 'ok');
    assert.equal((await test.send(ann, 'list_databases')).status, 'ok');
    assert.equal((await test.send(test.session('ann'), 'query', quick)).status, 'ok');
    for (const reply of await Promise.all([first, second])) assert.equal(reply.status, 'ok');
    assert.equal((await test.send(ann, 'query', quick)).status, 'ok');
    assert.equal(test.runner.admission.running, 0);
  });

  it('counts a query as over when it fails or is cancelled', async () => {
    await open({ queriesByUserMax: 1 });
    const ann = outside('ann');
    const long = test.send(ann, 'query', { database: 'shop', sdbql: 'RETURN SLEEP(60000)' });
    ann.close();
    assert.equal((await long).status, 'error');
    for (let i = 0; i < 3; i++) {
      const failing = { database: 'shop', sdbql: 'LET a = SLEEP(30) RETURN ASSERT(false, "no")' };
      assert.notEqual((await test.send(ann, 'query', failing)).code, 'overloaded');
    }
    assert.equal(test.runner.admission.running, 0);
  });

  it('lets a user send so many requests in a second, and goes on when the second is over', async () => {
    await open({ requestsPerSecondByUser: 10 });
    const [ann, again] = [outside('ann'), outside('ann')];
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 15; i++) codes.push((await test.send(i % 2 === 0 ? ann : again, 'list_databases')).code);
    assert.equal(codes.filter((code) => code === 'overloaded').length, 5);
    assert.equal((await test.send(outside('admin'), 'list_databases')).status, 'ok');
    test.host.aheadMs += 500;
    for (let i = 0; i < 5; i++) assert.equal((await test.send(ann, 'list_databases')).status, 'ok');
    assert.equal((await test.send(ann, 'list_databases')).code, 'overloaded');
  });

  it('takes no more for a user whose bytes are used up, but lets him end things', async () => {
    await open({ bytesInFlightByUserMax: 1_000 });
    const ann = outside('ann');
    const begun = (await test.data(ann, 'begin_transaction', { database: 'shop' })) as { tx_id: string } | string;
    const tx_id = typeof begun === 'string' ? begun : begun.tx_id;
    test.runner.admission.usageOf('ann').hold(1_001);
    assert.equal((await test.send(ann, 'query', quick)).code, 'overloaded');
    assert.equal((await test.send(ann, 'ping')).status, 'pong');
    assert.notEqual((await test.send(ann, 'rollback_transaction', { tx_id })).code, 'overloaded');
    test.runner.admission.usageOf('ann').hold(-1_001);
    assert.equal((await test.send(ann, 'query', quick)).status, 'ok');
  });

  it('lets in the parts of a batch with the batch', async () => {
    await open({ requestsPerSecondByUser: 1 });
    const commands = Array.from({ length: 20 }, () => ({ cmd: 'query', ...quick }));
    const reply = await test.send(outside('ann'), 'batch', { commands });
    const replies = reply.responses as unknown as { status: string }[];
    assert.equal(replies.filter(({ status }) => status === 'ok').length, 20);
  });
});
