import { z } from 'zod';
import { type Access, defineCommand } from './command-definition.ts';
import { anyValue, count, database, everyCommand, name, nothing, text, transactional } from './fields.ts';

const READ: Access = { action: 'read', scope: 'database' };
const EXECUTE: Access = { action: 'execute', scope: 'database' };
const WRITE: Access = { action: 'write', scope: 'database' };

const PRIORITY_MAX = 2 ** 31 - 1;
const RUN_TIMEOUT_MAX_MS = 3_600_000;
const DELAY_MAX_MS = 10 * 365 * 86_400_000;
const RETRIES_MAX = 1_000;
const JOBS_ENQUEUED_MAX = 10_000;

/** Paths of scripts are longer than names of collections. */
const scriptPath = z.string().min(1).max(1_000);
const milliseconds = z.number().int().min(0).max(DELAY_MAX_MS);

/** What jobs, cron jobs and triggers have in common: where and how often they run. */
export const runFields = {
  priority: z.number().int().min(-PRIORITY_MAX).max(PRIORITY_MAX).optional(),
  /** Attempts that may fail; 0 is the same as 1. */
  max_retries: z.number().int().min(0).max(RETRIES_MAX).optional(),
  /** Wall clock of one run. */
  run_timeout_ms: z.number().int().min(1).max(RUN_TIMEOUT_MAX_MS).optional(),
};

const jobFields = {
  ...runFields,
  script_path: scriptPath,
  params: anyValue.optional(),
  /** Seconds since 1970 (or milliseconds, where that is plainly meant), or RFC 3339. */
  run_at: z.union([z.number(), text]).optional(),
  /** Instead of `run_at`: from now on. */
  delay_ms: milliseconds.optional(),
  /** The same in seconds. */
  delay: z.number().min(0).optional(),
  /** First wait after a failure; it doubles with each further one. */
  backoff_ms: z.number().int().min(1).max(86_400_000).optional(),
  /** Asked for twice with the same key, a queue has one job. */
  idempotency_key: z.string().min(1).max(500).optional(),
};

const queue_name = name;
const job_id = z.string().min(1).max(500);
const job = z.object({ _key: z.string(), queue: z.string(), status: z.string() }).loose();
const onJob = z.object({ ...everyCommand, database, job_id });

const JOB_ALIASES = {
  queue: 'queue_name',
  queueName: 'queue_name',
  script: 'script_path',
  scriptPath: 'script_path',
  runAt: 'run_at',
  delayMs: 'delay_ms',
  maxRetries: 'max_retries',
  runTimeoutMs: 'run_timeout_ms',
  backoffMs: 'backoff_ms',
  idempotencyKey: 'idempotency_key',
};
const ID_ALIASES = { id: 'job_id', jobId: 'job_id' };

/** Queues, and the scripts that wait in them. */
export const JOB_COMMANDS = [
  defineCommand({
    name: 'list_queues',
    access: READ,
    mode: 'read',
    summary: 'Lists the queues of a database; with `details` the counts of their jobs and what is set for them.',
    request: z.object({ ...everyCommand, database, details: z.boolean().optional() }),
    reply: z.array(z.union([z.string(), z.object({ name: z.string(), total: z.number() }).loose()])),
  }),
  defineCommand({
    name: 'configure_queue',
    access: { action: 'admin', scope: 'database' },
    mode: 'write',
    idempotent: true,
    summary: 'Sets how many jobs of a queue run at one time, whether it pauses, and how long finished jobs are kept.',
    fieldAliases: { queue: 'queue_name' },
    request: z.object({
      ...everyCommand,
      database,
      queue_name,
      concurrency: z.number().int().min(1).max(256).optional(),
      paused: z.boolean().optional(),
      completed_retention_ms: milliseconds.optional(),
      failed_retention_ms: milliseconds.optional(),
    }),
    reply: z.object({ name: z.string() }).loose(),
  }),
  defineCommand({
    name: 'list_jobs',
    access: READ,
    mode: 'read',
    summary: 'The jobs of a queue, newest first; `count` says how many there are in all.',
    fieldAliases: { queue: 'queue_name', queueName: 'queue_name' },
    request: z.object({
      ...everyCommand,
      database,
      queue_name,
      status: text.optional(),
      limit: count.default(50),
      offset: count.default(0),
    }),
    reply: z.array(job),
  }),
  defineCommand({
    name: 'get_job',
    access: READ,
    mode: 'read',
    summary: 'Reads one job, with its result when it has ended.',
    fieldAliases: ID_ALIASES,
    request: onJob,
    reply: job,
  }),
  defineCommand({
    name: 'enqueue_job',
    access: EXECUTE,
    mode: 'write',
    summary: 'Puts a script into a queue; inside a transaction it is seen when that commits.',
    fieldAliases: JOB_ALIASES,
    request: z.object({ ...transactional, database, queue_name: queue_name.default('default'), ...jobFields }),
    reply: job,
  }),
  defineCommand({
    name: 'enqueue_jobs',
    access: EXECUTE,
    mode: 'write',
    summary: 'Puts many scripts into a queue at once, all or none.',
    fieldAliases: JOB_ALIASES,
    request: z.object({
      ...transactional,
      database,
      queue_name: queue_name.default('default'),
      jobs: z.array(z.object({ ...jobFields, queue_name: queue_name.optional() })).max(JOBS_ENQUEUED_MAX),
    }),
    reply: z.object({ count: z.number(), job_ids: z.array(z.string()) }),
  }),
  defineCommand({
    name: 'cancel_job',
    access: WRITE,
    mode: 'write',
    summary: 'Cancels a job that waits or runs; removes one that has ended.',
    fieldAliases: ID_ALIASES,
    request: onJob,
    reply: nothing,
  }),
  defineCommand({
    name: 'retry_job',
    access: WRITE,
    mode: 'write',
    summary: 'Gives a job that was given up or cancelled all its attempts anew.',
    fieldAliases: ID_ALIASES,
    request: onJob,
    reply: job,
  }),
  defineCommand({
    name: 'purge_jobs',
    access: WRITE,
    mode: 'write',
    idempotent: true,
    summary: 'Removes the jobs of a queue that have ended in one way.',
    fieldAliases: { queue: 'queue_name' },
    request: z.object({
      ...everyCommand,
      database,
      queue_name,
      status: z.enum(['completed', 'failed', 'cancelled']),
    }),
    reply: z.object({ count: z.number() }),
  }),
] as const;
