import { createHash } from 'node:crypto';
import { CairnError, encodeValue } from '@cairn/protocol/internal';
import { cancelJob, type Job, type JobRequest, type JobStatus, newJob, reviveJob } from '@cairn/scripting/internal';
import type { Database, Transaction } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { type Automation, withoutCollections } from '../automation/automation.ts';
import { SystemCollection } from '../automation/system-collection.ts';
import type { WriteTarget, Written } from '../documents/documents.ts';
import { atomicStatement } from '../transactions/statement.ts';
import { JOB_PLANS, JOBS, jobCollection } from './job-collections.ts';
import { JOB_PARAMETERS_BYTES_MAX } from './job-limits.ts';
import { countQueues, type JobPage, listJobs, type QueueCounts } from './job-lists.ts';
import { type QueueRecord, queueSettings } from './queue-settings.ts';

/** Jobs for whoever runs in this process: commands and scripts stand in front of it. */
export class Jobs {
  readonly #automation: Automation;
  readonly #host: Host;
  readonly #jobs: SystemCollection<Job>;
  readonly #queues: SystemCollection<QueueRecord>;

  constructor(automation: Automation, host: Host) {
    this.#automation = automation;
    this.#host = host;
    this.#jobs = jobCollection(host);
    this.#queues = new SystemCollection<QueueRecord>(JOB_PLANS[1]!, host);
  }

  /**
   * Puts jobs into queues: in the client's transaction, where they are seen when it commits and never when it does not, or at
   * once. A job whose idempotency key is known already is the one that there is.
   * @throws CairnError `invalid_argument`, `limit_exceeded`
   */
  async enqueue(target: WriteTarget, requests: readonly JobRequest[]): Promise<Written<Job[]>> {
    for (const { params } of requests) requireSmall(params);
    const { database, transaction, user, depth } = target;
    await this.#automation.prepare(database, JOB_PLANS);
    const put = (one: Transaction) => requests.map((request) => this.#put(one, { user, depth, ...request }));
    if (transaction === undefined) return database.write(put, { user, depth });
    if (transaction.collection(JOBS) === undefined) transaction.beginStatement();
    if (transaction.collection(JOBS) === undefined) throw withoutCollections(database);
    return atomicStatement(transaction, () => ({ result: put(transaction) }));
  }

  #put(transaction: Transaction, request: JobRequest): Job {
    const key = request.idempotency_key === undefined ? this.#automation.newKey() : idempotentKey(request);
    const known = this.#jobs.find(transaction, key);
    if (known !== undefined) return known;
    const job = newJob(key, request, this.#host.nowMs());
    this.#jobs.put(transaction, job);
    return job;
  }

  /** @throws CairnError `not_found` */
  get(database: Database, key: string): Job {
    return database.read((view) => this.#jobs.require(view, key));
  }

  /** Jobs of a queue, newest first. */
  list(database: Database, wanted: { queue: string; status?: JobStatus; limit: number; offset: number }): JobPage {
    return database.read((view) => listJobs(view, this.#jobs, wanted));
  }

  /** The queues that have jobs or settings, with their counts. */
  queues(database: Database): QueueCounts[] {
    return database.read((view) =>
      countQueues(view, new Map(this.#queues.all(view).map((record) => [record._key, record]))),
    );
  }

  /** Changes what is set for a queue; what is not named stays. */
  async configure(database: Database, name: string, changes: Omit<QueueRecord, '_key'>): Promise<QueueRecord> {
    await this.#automation.prepare(database, JOB_PLANS);
    const { result } = await database.write((transaction) => {
      const record = { ...this.#queues.find(transaction, name), ...changes, _key: name };
      this.#queues.put(transaction, record);
      return record;
    });
    return result;
  }

  /**
   * Cancels a job that waits, ends the run of one that runs, and removes one that has ended.
   * @throws CairnError `not_found`
   */
  async cancel(database: Database, key: string): Promise<void> {
    const { result } = await this.#write(database, (transaction) => {
      const job = this.#jobs.require(transaction, key);
      if (job.status === 'running') this.#jobs.put(transaction, { ...job, cancel_requested: true });
      else if (job.status === 'pending') this.#jobs.put(transaction, this.#cancelled(transaction, job));
      else transaction.delete(JOBS, key);
      return job.status;
    });
    if (result === 'running') this.#automation.of(database)?.worker.abort(key);
  }

  #cancelled(transaction: Transaction, job: Job): Job {
    const { retention } = queueSettings(this.#queues.find(transaction, job.queue));
    return cancelJob(job, this.#host.nowMs(), retention);
  }

  /** Gives a job that has ended all its attempts anew. @throws CairnError `not_found`, `invalid_argument` while it has not ended */
  async retry(database: Database, key: string): Promise<Job> {
    const { result } = await this.#write(database, (transaction) => {
      const job = this.#jobs.require(transaction, key);
      if (job.status === 'pending' || job.status === 'running') {
        throw new CairnError('invalid_argument', `Job '${key}' has not ended: it is ${job.status}`);
      }
      const revived = reviveJob(job, this.#host.nowMs());
      this.#jobs.put(transaction, revived);
      return revived;
    });
    return result;
  }

  /** Removes the jobs of a queue that have ended in one way, and answers how many there were. */
  async purge(database: Database, queue: string, status: 'completed' | 'failed' | 'cancelled'): Promise<number> {
    const { result } = await this.#write(database, (transaction) => {
      const { jobs } = listJobs(transaction, this.#jobs, { queue, status, limit: Number.POSITIVE_INFINITY, offset: 0 });
      for (const { _key } of jobs) transaction.delete(JOBS, _key);
      return jobs.length;
    });
    return result;
  }

  async #write<T>(database: Database, work: (transaction: Transaction) => T): Promise<{ result: T }> {
    await this.#automation.prepare(database, JOB_PLANS);
    return database.write(work);
  }
}

/** The same request makes the same job: who asks twice is answered with the first. */
function idempotentKey({ queue, idempotency_key }: JobRequest): string {
  return `once:${createHash('sha256').update(`${queue}\0${idempotency_key}`).digest('hex').slice(0, 40)}`;
}

function requireSmall(params: JobRequest['params']): void {
  if (params === undefined || params === null) return;
  const { length } = encodeValue(params);
  if (length <= JOB_PARAMETERS_BYTES_MAX) return;
  throw new CairnError(
    'limit_exceeded',
    `the parameters of a job have ${length} bytes, more than ${JOB_PARAMETERS_BYTES_MAX}`,
  );
}
