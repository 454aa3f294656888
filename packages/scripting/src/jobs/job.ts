import type { Value } from '@cairn/protocol/internal';

/** Where a job stands. `failed` is for good: those jobs make up the queue's dead letters. */
export type JobStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

export const JOB_STATUSES: readonly JobStatus[] = ['pending', 'running', 'completed', 'failed', 'cancelled'];

/** What the clock does with a job next: begin it, find its worker dead, or forget it. */
export interface JobTimer {
  readonly kind: 'run' | 'lease' | 'expire';
  /** Milliseconds since 1970. */
  readonly at_ms: number;
}

/** A job as it is stored in `_jobs`: docs/formats/automation-records.md. */
export interface Job {
  readonly _key: string;
  readonly queue: string;
  readonly status: JobStatus;
  /** Higher ones run first. */
  readonly priority: number;
  /** `-priority`: indexes are walked from low to high. */
  readonly rank: number;
  readonly script_path: string;
  readonly params: Value;
  readonly retry_count: number;
  /** Attempts that may fail before the job is given up; 0 is the same as 1. */
  readonly max_retries: number;
  /** First wait after a failure, milliseconds; it doubles with each further one. */
  readonly backoff_ms: number;
  /** Wall clock that one run may take, milliseconds. */
  readonly run_timeout_ms: number;
  /** Seconds since 1970, as clients know it. */
  readonly run_at: number;
  readonly run_at_ms: number;
  readonly created_at: number;
  readonly created_at_ms: number;
  readonly timer: JobTimer;
  /** How often it was begun: a worker whose number is an older one has lost its lease. */
  readonly attempts: number;
  /** How often its worker was lost. */
  readonly lost_count: number;
  readonly last_error: string | null;
  readonly idempotency_key?: string;
  readonly cron_job_id?: string;
  /** Who enqueued it. */
  readonly user?: string;
  /** How many triggers stand behind it. */
  readonly depth?: number;
  readonly cancel_requested?: boolean;
  /** Milliseconds since 1970. */
  readonly started_at?: number;
  readonly completed_at?: number;
  readonly result?: Value;
}

/** What somebody wants to have done. */
export interface JobRequest {
  readonly queue: string;
  readonly script_path: string;
  readonly params?: Value;
  readonly priority?: number;
  readonly max_retries?: number;
  readonly backoff_ms?: number;
  readonly run_timeout_ms?: number;
  readonly run_at_ms?: number;
  readonly idempotency_key?: string;
  readonly cron_job_id?: string;
  readonly user?: string;
  readonly depth?: number;
}

export const JOB_DEFAULTS = {
  maxRetries: 20,
  /** First wait of the back-off: 10·2^1 s after the first failure. */
  backoffMs: 10_000,
  runTimeoutMs: 60_000,
} as const;

/** A job that waits for its time. */
export function newJob(key: string, request: JobRequest, nowMs: number): Job {
  const priority = request.priority ?? 0;
  const runAtMs = request.run_at_ms ?? nowMs;
  const { idempotency_key, cron_job_id, user, depth } = request;
  return {
    _key: key,
    queue: request.queue,
    status: 'pending',
    priority,
    rank: -priority,
    script_path: request.script_path,
    params: request.params ?? null,
    retry_count: 0,
    max_retries: request.max_retries ?? JOB_DEFAULTS.maxRetries,
    backoff_ms: request.backoff_ms ?? JOB_DEFAULTS.backoffMs,
    run_timeout_ms: request.run_timeout_ms ?? JOB_DEFAULTS.runTimeoutMs,
    run_at: Math.floor(runAtMs / 1000),
    run_at_ms: runAtMs,
    created_at: Math.floor(nowMs / 1000),
    created_at_ms: nowMs,
    timer: { kind: 'run', at_ms: runAtMs },
    attempts: 0,
    lost_count: 0,
    last_error: null,
    ...(idempotency_key !== undefined && { idempotency_key }),
    ...(cron_job_id !== undefined && { cron_job_id }),
    ...(user !== undefined && { user }),
    ...(depth !== undefined && depth > 0 && { depth }),
  };
}
