import type { Value, ValueObject } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandOptions } from '../options.ts';

export type JobStatus = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';

/** A job as the server describes it. */
export type JobDescription = Readonly<Record<string, Value>> & {
  readonly _key: string;
  readonly queue: string;
  readonly status: JobStatus;
  readonly script_path: string;
};

export interface EnqueueOptions extends CommandOptions {
  /** Higher ones run first; 0 by default. */
  readonly priority?: number;
  /** When it runs: a date, or from now on. */
  readonly runAt?: Date;
  readonly delayMs?: number;
  /** Attempts that may fail before the job is given up; 20 by default. */
  readonly maxRetries?: number;
  /** First wait after a failure; it doubles with each further one. */
  readonly backoffMs?: number;
  /** Wall clock that one run may take. */
  readonly runTimeoutMs?: number;
  /** Asked for twice with the same key, a queue has one job. */
  readonly idempotencyKey?: string;
}

export interface JobListOptions extends CommandOptions {
  readonly status?: JobStatus;
  readonly limit?: number;
  readonly offset?: number;
}

export interface QueueSettings {
  /** Jobs of the queue that run at one time. */
  readonly concurrency?: number;
  readonly paused?: boolean;
  readonly completedRetentionMs?: number;
  readonly failedRetentionMs?: number;
}

/** A queue with the counts of its jobs. */
export type QueueDescription = Readonly<Record<JobStatus, number>> & {
  readonly name: string;
  readonly total: number;
  readonly concurrency: number;
  readonly paused: boolean;
};

/** The queues of one database. In a transaction, a job is there when it commits. */
export class Jobs {
  readonly #channel: Channel;
  readonly #database: string;

  constructor(channel: Channel, database: string) {
    this.#channel = channel;
    this.#database = database;
  }

  /**
   * Puts a script into a queue; answers the job.
   *
   * @example
   * await db.jobs.enqueue('mail', 'send-welcome', { user: 'ann' }, { delayMs: 60_000, idempotencyKey: 'welcome-ann' });
   */
  async enqueue(
    queue: string,
    script: string,
    params: Value = null,
    { priority, runAt, delayMs, maxRetries, backoffMs, runTimeoutMs, idempotencyKey, ...options }: EnqueueOptions = {},
  ): Promise<JobDescription> {
    return this.#send(
      'enqueue_job',
      {
        ...{ queue_name: queue, script_path: script, params, priority },
        ...{ run_at: runAt?.toISOString(), delay_ms: delayMs, max_retries: maxRetries, backoff_ms: backoffMs },
        ...{ run_timeout_ms: runTimeoutMs, idempotency_key: idempotencyKey },
      },
      options,
    ) as Promise<JobDescription>;
  }

  /** Puts many jobs into a queue at once, all or none; answers their ids. */
  async enqueueMany(
    queue: string,
    jobs: readonly ({ readonly script: string; readonly params?: Value } & Omit<
      EnqueueOptions,
      keyof CommandOptions
    >)[],
    options?: CommandOptions,
  ): Promise<string[]> {
    const wanted = jobs.map((job) =>
      defined({
        ...{ script_path: job.script, params: job.params, priority: job.priority, run_at: job.runAt?.toISOString() },
        ...{ delay_ms: job.delayMs, max_retries: job.maxRetries, backoff_ms: job.backoffMs },
        ...{ run_timeout_ms: job.runTimeoutMs, idempotency_key: job.idempotencyKey },
      }),
    );
    const made = (await this.#send('enqueue_jobs', { queue_name: queue, jobs: wanted }, options)) as ValueObject;
    return made.job_ids as string[];
  }

  /** The queues that have jobs or settings. */
  async listQueues(options?: CommandOptions): Promise<QueueDescription[]> {
    return (await this.#send('list_queues', { details: true }, options)) as unknown as QueueDescription[];
  }

  /** Sets what is named. */
  async configureQueue(
    queue: string,
    { concurrency, paused, completedRetentionMs, failedRetentionMs }: QueueSettings,
    options?: CommandOptions,
  ): Promise<void> {
    const retention = { completed_retention_ms: completedRetentionMs, failed_retention_ms: failedRetentionMs };
    await this.#send('configure_queue', { queue_name: queue, concurrency, paused, ...retention }, options);
  }

  /** Jobs of a queue, newest first. */
  async list(queue: string, { status, limit, offset, ...options }: JobListOptions = {}): Promise<JobDescription[]> {
    const fields = { queue_name: queue, status, limit, offset };
    return (await this.#send('list_jobs', fields, options)) as unknown as JobDescription[];
  }

  /** @throws CairnServerError with code `not_found` */
  async get(id: string, options?: CommandOptions): Promise<JobDescription> {
    return this.#send('get_job', { job_id: id }, options) as Promise<JobDescription>;
  }

  /** Cancels a job that waits or runs; removes one that has ended. */
  async cancel(id: string, options?: CommandOptions): Promise<void> {
    await this.#send('cancel_job', { job_id: id }, options);
  }

  /** Gives a job that was given up or cancelled all its attempts anew. */
  async retry(id: string, options?: CommandOptions): Promise<JobDescription> {
    return this.#send('retry_job', { job_id: id }, options) as Promise<JobDescription>;
  }

  /** Removes the jobs of a queue that have ended in one way; answers how many there were. */
  async purge(queue: string, status: 'completed' | 'failed' | 'cancelled', options?: CommandOptions): Promise<number> {
    return Number(((await this.#send('purge_jobs', { queue_name: queue, status }, options)) as ValueObject).count);
  }

  async #send(command: string, fields: Readonly<Record<string, Value | undefined>>, options?: CommandOptions) {
    return (await this.#channel.send(command, { database: this.#database, ...fields }, options)).data;
  }
}

function defined(members: Readonly<Record<string, Value | undefined>>): ValueObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as ValueObject;
}
