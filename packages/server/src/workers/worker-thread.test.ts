import assert from 'node:assert/strict';
import { CairnError } from '@cairn/protocol/internal';
import { WorkerThread } from './worker-thread.ts';

const MEBIBYTE = 1024 * 1024;

describe('a worker thread', function () {
  this.timeout(30_000);
  const setup = { cacheBytes: MEBIBYTE, blockBytes: 8192, columns: { budgetBytes: 0, eager: false } };

  it('that uses up its memory fails its queries with a limit, tells of its end, and takes no more', async () => {
    const crash = Promise.withResolvers<Error>();
    const failure = Promise.withResolvers<Error>();
    const onCrash = (_: WorkerThread, error: Error) => crash.resolve(error);
    // Less than its own code takes.
    const thread = new WorkerThread({ name: 'small', setup, heapMaxBytes: 4 * MEBIBYTE, onCrash });
    thread.begin({ batch: () => {}, failed: (error) => failure.resolve(error) });
    const letGo = thread.hold();
    const error = await failure.promise;
    letGo();
    assert.ok(error instanceof CairnError);
    assert.equal(error.code, 'limit_exceeded');
    assert.equal(((await crash.promise) as NodeJS.ErrnoException).code, 'ERR_WORKER_OUT_OF_MEMORY');
    assert.throws(() => thread.begin({ batch: () => {}, failed: () => {} }), { code: 'limit_exceeded' });
  });

  it('sends the content of a plan once, until it has sent too many others', async () => {
    const onCrash = () => {};
    const thread = new WorkerThread({ name: 'plans', setup, heapMaxBytes: 256 * MEBIBYTE, onCrash });
    const plans = Array.from({ length: 600 }, () => ({}) as Parameters<typeof thread.sentPlan>[0]);
    const first = thread.sentPlan(plans[0]);
    assert.equal(first.content, plans[0]);
    assert.deepEqual(thread.sentPlan(plans[0]), { number: first.number, forget: [] });
    const forgotten = plans.slice(1).flatMap((plan) => thread.sentPlan(plan).forget);
    assert.equal(forgotten[0], first.number);
    assert.equal(thread.sentPlan(plans[0]).content, plans[0]);
    await thread.end();
  });
});
