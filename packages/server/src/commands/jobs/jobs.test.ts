import assert from 'node:assert/strict';
import type { Value, ValueObject } from '@cairn/protocol/internal';
import { FakeScripts, until } from '../../engine/automation/fake-scripts.fixture.ts';
import type { Session } from '../../runner/session.ts';
import { ADMIN_PASSWORD, TestEngine } from '../../testing/test-engine.ts';

describe('jobs', function () {
  this.timeout(30_000);
  let test: TestEngine;
  let session: Session;
  let fake: FakeScripts;
  const ran: string[] = [];
  const send = (cmd: string, fields: ValueObject = {}) => test.send(session, cmd, { database: 'shop', ...fields });
  const data = (cmd: string, fields: ValueObject = {}) =>
    test.data(session, cmd, { database: 'shop', ...fields }) as Promise<ValueObject>;
  const enqueue = async (script_path: string, fields: ValueObject = {}) =>
    String((await data('enqueue_job', { queue_name: 'q', script_path, ...fields }))._key);
  const job = (job_id: string) => data('get_job', { job_id });
  const ended = async (job_id: string, status: string) => {
    await until(async () => (await job(job_id)).status === status, `${status} of a job`);
    return job(job_id);
  };

  beforeEach(async () => {
    ran.length = 0;
    test = await TestEngine.open({ jobLeaseMs: 60_000 });
    session = test.session();
    await test.data(session, 'create_database', { name: 'shop' });
    fake = new FakeScripts();
    fake.scripts.set('note', (given) => {
      const body = given ?? {};
      ran.push(String(body.n));
      return { seen: body.n ?? null };
    });
    test.engine.automation.start(fake.run);
  });
  afterEach(() => test.close());

  it('run with their parameters as the body, and keep what came out', async () => {
    const id = await enqueue('note', { params: { n: 7 } });
    const done = await ended(id, 'completed');
    assert.deepEqual(done.result, { seen: 7 });
    assert.equal(done.retry_count, 0);
    assert.equal(done.user, 'admin');
    assert.ok(!('rank' in done) && !('timer' in done));
    const reply = await send('list_jobs', { queue_name: 'q' });
    assert.equal(reply.count, 1);
    const [listed] = reply.data as ValueObject[];
    assert.deepEqual([listed!._key, listed!._id], [id, undefined]);
    assert.deepEqual(await data('list_queues'), ['q']);
    const [queue] = (await data('list_queues', { details: true })) as unknown as ValueObject[];
    assert.deepEqual([queue!.name, queue!.completed, queue!.total], ['q', 1, 1]);
  });

  it('run higher priorities first, then earlier times, and no more than their queue allows', async () => {
    await data('configure_queue', { queue_name: 'q', concurrency: 1, paused: true });
    for (const [n, priority] of [
      ['a', 0],
      ['b', 5],
      ['c', 0],
      ['d', -3],
      ['e', 5],
    ] as const)
      await enqueue('note', { params: { n }, priority });
    const later = await enqueue('note', { params: { n: 'later' }, priority: 9, delay: 3_600 });
    await data('configure_queue', { queue_name: 'q', paused: false });
    await until(() => ran.length === 5, 'five jobs');
    assert.deepEqual(ran, ['b', 'e', 'a', 'c', 'd']);
    assert.equal((await job(later)).status, 'pending');
    test.host.aheadMs += 3_600_000;
    test.engine.sweep();
    await ended(later, 'completed');
  });

  it('take times as seconds, milliseconds and texts, and refuse what is none', async () => {
    const at = async (run_at: Value) => Number((await job(await enqueue('note', { run_at }))).run_at);
    assert.equal(await at(4_102_444_800), 4_102_444_800);
    assert.equal(await at(4_102_444_800_000), 4_102_444_800);
    assert.equal(await at('2100-01-01T00:00:00Z'), 4_102_444_800);
    assert.equal(await at('4102444800'), 4_102_444_800);
    assert.equal((await send('enqueue_job', { script_path: 'note', run_at: 'soon' })).code, 'invalid_argument');
    const aliased = await data('enqueue_job', { queue: 'mail', script: 'note', runAt: 4_102_444_800, maxRetries: 2 });
    assert.deepEqual([aliased.queue, aliased.run_at, aliased.max_retries], ['mail', 4_102_444_800, 2]);
  });

  it('wait longer after each failure, are given up after their attempts, and may be revived', async () => {
    let good = false;
    fake.scripts.set('frail', () => {
      if (!good) throw new Error('not today');
      return 'well';
    });
    const id = await enqueue('frail', { max_retries: 2 });
    await until(async () => (await job(id)).retry_count === 1, 'a failure');
    const waiting = await job(id);
    const delayS = Number(waiting.run_at_ms) / 1000 - test.host.nowMs() / 1000;
    assert.ok(delayS > 18 && delayS <= 22.1, `${delayS}`);
    assert.equal(waiting.last_error, 'not today');
    test.host.aheadMs += 23_000;
    test.engine.sweep();
    assert.equal((await ended(id, 'failed')).retry_count, 2);
    assert.equal((await send('retry_job', { job_id: 'none' })).code, 'not_found');
    good = true;
    await data('retry_job', { job_id: id });
    assert.equal((await ended(id, 'completed')).result, 'well');
  });

  it('with an idempotency key are there once in a queue', async () => {
    const first = await enqueue('note', { idempotency_key: 'order-1', params: { n: 1 } });
    assert.equal(await enqueue('note', { idempotency_key: 'order-1', params: { n: 2 } }), first);
    assert.notEqual(await enqueue('note', { idempotency_key: 'order-1', queue_name: 'other' }), first);
    await ended(first, 'completed');
    assert.equal(await enqueue('note', { idempotency_key: 'order-1' }), first);
  });

  it('are cancelled while they wait and while they run', async () => {
    let sees = 0;
    fake.scripts.set('endless', () => {
      sees++;
      return new Promise<Value>(() => {});
    });
    const waiting = await enqueue('note', { delay: 100 });
    await data('cancel_job', { job_id: waiting });
    assert.equal((await job(waiting)).status, 'cancelled');
    const running = await enqueue('endless');
    await until(() => sees === 1, 'a run');
    await data('cancel_job', { job_id: running });
    await ended(running, 'cancelled');
    assert.equal((await send('cancel_job', { job_id: 'none' })).code, 'not_found');
    await data('cancel_job', { job_id: running });
    assert.equal((await send('get_job', { job_id: running })).code, 'not_found');
    assert.deepEqual(ran, []);
  });

  it('of a transaction are there when it commits, and never when it does not', async () => {
    const begin = async (isolation_level: string) => ({
      tx_id: String((await send('begin_transaction', { isolation_level })).tx_id),
    });
    const lost = await begin('read_committed');
    await enqueue('note', { params: { n: 'lost' }, ...lost });
    const kept = await begin('repeatable_read');
    const id = await enqueue('note', { params: { n: 'kept' }, ...kept });
    assert.equal((await send('get_job', { job_id: id })).code, 'not_found');
    await send('rollback_transaction', lost);
    await send('commit_transaction', kept);
    await ended(id, 'completed');
    assert.deepEqual(ran, ['kept']);
  });

  it('ask to begin again a transaction that is older than the first queue', async () => {
    const tx_id = String((await send('begin_transaction', { isolation_level: 'repeatable_read' })).tx_id);
    const reply = await send('enqueue_job', { script_path: 'note', tx_id });
    assert.deepEqual([reply.code, reply.retryable], ['conflict', true]);
  });

  it('go back when their worker stops, and are taken again when it dies and its lease has run out', async () => {
    let sees = 0;
    fake.scripts.set('endless', () => {
      sees++;
      return new Promise<Value>(() => {});
    });
    const id = await enqueue('endless');
    await until(() => sees === 1, 'a run');
    const database = test.engine.database('shop');
    await test.engine.automation.of(database)!.worker.stop();
    assert.deepEqual([(await job(id)).status, (await job(id)).retry_count], ['pending', 0]);
  });

  it('are not for documents’ commands and queries to write', async () => {
    const id = await enqueue('note', { delay: 100 });
    const where = { collection: '_jobs' };
    for (const [cmd, fields] of [
      ['insert', { ...where, document: { script_path: 'evil' } }],
      ['update', { ...where, key: id, document: { user: 'root' } }],
      ['delete', { ...where, key: id }],
      ['bulk_insert', { ...where, documents: [{}] }],
      ['truncate_collection', where],
      ['delete_collection', { name: '_jobs' }],
      ['create_collection', { name: '_triggers' }],
      ['query', { sdbql: 'FOR j IN _jobs UPDATE j WITH {script_path: "evil"} IN _jobs' }],
      ['query', { sdbql: 'INSERT {a: 1} INTO _jobs' }],
      ['sql', { query: 'DELETE FROM _jobs' }],
    ] as [string, ValueObject][]) {
      assert.equal((await send(cmd, fields)).code, 'permission_denied', cmd);
    }
    await test.data(session, 'create_user', { username: 'vic', password: `${ADMIN_PASSWORD} vic` });
    await test.data(session, 'assign_role', { username: 'vic', role: 'viewer' });
    const viewer = test.session('vic');
    assert.equal(
      (await test.send(viewer, 'enqueue_job', { database: 'shop', script_path: 'note' })).code,
      'permission_denied',
    );
    assert.equal((await test.send(viewer, 'get_job', { database: 'shop', job_id: id })).status, 'ok');
  });

  it('are swept when they have been kept long enough, and purged by hand', async () => {
    await data('configure_queue', { queue_name: 'q', completed_retention_ms: 60_000 });
    const id = await enqueue('note');
    await ended(id, 'completed');
    test.host.aheadMs += 61_000;
    test.engine.sweep();
    await until(async () => (await send('get_job', { job_id: id })).code === 'not_found', 'the sweep');
    await ended(await enqueue('note'), 'completed');
    assert.equal((await data('purge_jobs', { queue_name: 'q', status: 'completed' })).count, 1);
  });

  it('come many at once, and each runs once', async () => {
    const counts = new Map<string, number>();
    fake.scripts.set('count', (body) => {
      counts.set(String(body.n), (counts.get(String(body.n)) ?? 0) + 1);
      return null;
    });
    const jobs = Array.from({ length: 500 }, (_, n) => ({ script_path: 'count', params: { n } }));
    const reply = await data('enqueue_jobs', { queue_name: 'q', jobs });
    assert.equal((reply.job_ids as Value[]).length, 500);
    await until(
      async () => (await send('list_jobs', { queue_name: 'q', status: 'completed', limit: 0 })).count === 500,
      'all',
    );
    assert.equal(counts.size, 500);
    assert.ok([...counts.values()].every((times) => times === 1));
  });
});
