import type { Value } from '@cairn/protocol/internal';
import type { Job } from './job.ts';
import { retryDelayMs } from './retry-delay.ts';

/** A job whose worker was lost so often is taken for the cause of it, and given up. */
export const JOB_LOST_MAX = 100;

/** How long finished jobs are kept, milliseconds. */
export interface JobRetention {
  readonly completedMs: number;
  readonly failedMs: number;
}

/** A worker begins a job that waits. */
export function beginJob(job: Job, { nowMs, leaseMs }: { nowMs: number; leaseMs: number }): Job {
  return {
    ...job,
    status: 'running',
    attempts: job.attempts + 1,
    started_at: nowMs,
    timer: { kind: 'lease', at_ms: nowMs + leaseMs },
  };
}

/** The worker says that it is alive. */
export function renewLease(job: Job, leaseUntilMs: number): Job {
  return { ...job, timer: { kind: 'lease', at_ms: leaseUntilMs } };
}

export function completeJob(job: Job, result: Value, nowMs: number, retention: JobRetention): Job {
  return ended(job, { status: 'completed', result }, nowMs, retention.completedMs);
}

export function cancelJob(job: Job, nowMs: number, retention: JobRetention): Job {
  return ended(job, { status: 'cancelled' }, nowMs, retention.completedMs);
}

/** An attempt has failed: the job waits for the next one, or is given up. */
export function failJob(
  job: Job,
  { error, nowMs, chance }: { error: string; nowMs: number; chance: number },
  retention: JobRetention,
): Job {
  const retryCount = job.retry_count + 1;
  const failed = { ...job, retry_count: retryCount, last_error: error };
  if (retryCount >= job.max_retries) return ended(failed, { status: 'failed' }, nowMs, retention.failedMs);
  return waitUntil(failed, nowMs + retryDelayMs(retryCount, job.backoff_ms, chance));
}

/** The worker's lease has run out: somebody else takes the job at once. That is no fault of the job, until it is the rule. */
export function recoverJob(job: Job, nowMs: number, retention: JobRetention): Job {
  if (job.cancel_requested === true) return cancelJob(job, nowMs, retention);
  const lost = { ...job, lost_count: job.lost_count + 1, last_error: 'the worker was lost: its lease has run out' };
  if (lost.lost_count >= JOB_LOST_MAX) return ended(lost, { status: 'failed' }, nowMs, retention.failedMs);
  return waitUntil(lost, nowMs);
}

/** The worker stops before the job's end and gives it back: as if it had not been begun. */
export function returnJob(job: Job, nowMs: number): Job {
  return waitUntil(job, nowMs);
}

/** A job that was given up or cancelled gets all its attempts anew. */
export function reviveJob(job: Job, nowMs: number): Job {
  const { completed_at: _completed, cancel_requested: _cancelled, ...rest } = job;
  return waitUntil({ ...rest, retry_count: 0, lost_count: 0 }, nowMs);
}

function waitUntil(job: Job, atMs: number): Job {
  return {
    ...job,
    status: 'pending',
    run_at: Math.floor(atMs / 1000),
    run_at_ms: atMs,
    timer: { kind: 'run', at_ms: atMs },
  };
}

function ended(
  job: Job,
  end: { status: 'completed' | 'failed' | 'cancelled'; result?: Value },
  nowMs: number,
  keepMs: number,
): Job {
  return { ...job, ...end, completed_at: nowMs, timer: { kind: 'expire', at_ms: nowMs + keepMs } };
}
