import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newJob } from './job.ts';
import { beginJob, completeJob, failJob, JOB_LOST_MAX, recoverJob, reviveJob } from './job-steps.ts';
import { RETRY_DELAY_MAX_MS, retryDelayMs } from './retry-delay.ts';

const RETENTION = { completedMs: 1_000, failedMs: 2_000 };
const job = newJob('j', { queue: 'mail', script_path: 'send', max_retries: 3 }, 5_000_000);

describe('steps of a job', () => {
  it('wait 20, 40, 80 s after failures and are given up after max_retries attempts', () => {
    let now = job;
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      now = failJob(beginJob(now, { nowMs: 0, leaseMs: 1 }), { error: 'no', nowMs: 0, chance: 0 }, RETENTION);
      waits.push(now.run_at_ms);
    }
    assert.deepEqual(waits.slice(0, 2), [20_000, 40_000]);
    assert.equal(now.status, 'failed');
    assert.deepEqual(now.timer, { kind: 'expire', at_ms: 2_000 });
    assert.equal(now.retry_count, 3);
    const again = reviveJob(now, 7);
    assert.deepEqual([again.status, again.retry_count, again.completed_at], ['pending', 0, undefined]);
  });

  it('never wait longer than a day and a tenth, and never less than the plain back-off', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, first, chance) => {
          const delay = retryDelayMs(n, first, chance);
          assert.ok(delay >= Math.min(first * 2 ** Math.min(n, 40), RETRY_DELAY_MAX_MS));
          assert.ok(delay <= RETRY_DELAY_MAX_MS * 1.1);
        },
      ),
    );
  });

  it('take a lost worker for no failure of the job, unless all of them are lost', () => {
    let now = recoverJob(beginJob(job, { nowMs: 10, leaseMs: 5 }), 20, RETENTION);
    assert.deepEqual([now.status, now.retry_count, now.lost_count, now.run_at_ms], ['pending', 0, 1, 20]);
    for (let i = now.lost_count; i < JOB_LOST_MAX; i++) now = recoverJob(now, 20, RETENTION);
    assert.equal(now.status, 'failed');
    assert.equal(recoverJob({ ...job, cancel_requested: true }, 1, RETENTION).status, 'cancelled');
  });

  it('keep what came out', () => {
    const done = completeJob(job, { sent: 3 }, 9, RETENTION);
    assert.deepEqual([done.status, done.result, done.completed_at], ['completed', { sent: 3 }, 9]);
  });
});
