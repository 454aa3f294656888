import type { Value } from '@cairn/protocol/internal';
import {
  beginJob,
  cancelJob,
  completeJob,
  failJob,
  type Job,
  recoverJob,
  renewLease,
  returnJob,
  type ScriptOutcome,
} from '@cairn/scripting/internal';
import type { Database, Transaction } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { Alarm } from '../automation/alarm.ts';
import type { RunScript } from '../automation/run-script.ts';
import type { SystemCollection } from '../automation/system-collection.ts';
import { DueJobs } from './due-jobs.ts';
import { JOBS } from './job-collections.ts';
import {
  BEATS_IN_A_LEASE,
  JOB_ERROR_LENGTH_MAX,
  JOB_LEASE_MAX_MS,
  JOB_RESULT_LENGTH_MAX,
  JOB_WRITE_AGAIN_MS,
  JOBS_AT_A_STEP,
  JOBS_RUNNING_MAX,
} from './job-limits.ts';
import type { QueueSettings } from './queue-settings.ts';

/** Counts since the start, for metrics. */
export interface JobCounts {
  started: number;
  completed: number;
  failed: number;
  retried: number;
  recovered: number;
}

export interface JobWorkerParts {
  readonly database: Database;
  readonly host: Host;
  readonly jobs: SystemCollection<Job>;
  readonly leaseMs: number;
  readonly counts: JobCounts;
  queue(name: string): QueueSettings;
  /** Absent until the server can run scripts. */
  runScript(): RunScript | undefined;
  /** Told of what is nobody's fault but the server's. */
  problem(error: unknown): void;
}

interface RunningJob {
  readonly job: Job;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** What one look at the indexes found to be done. */
interface Step {
  readonly lost: readonly string[];
  readonly expired: readonly string[];
  readonly ready: readonly string[];
  readonly nextMs: number;
}

/**
 * Begins the jobs of one database as their time comes and speaks for them while they run. Woken by commits to `_jobs` and by the
 * clock; in between it does nothing.
 *
 * A job is begun by a commit that gives this worker a lease on it, so nobody else begins it while the lease lasts. Every later step
 * looks first whether the job is still in the attempt that this worker has begun.
 */
export class JobWorker {
  readonly #parts: JobWorkerParts;
  readonly #running = new Map<string, RunningJob>();
  readonly #alarm: Alarm;
  readonly #beat: Alarm;
  #stepping: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(parts: JobWorkerParts) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.host, () => this.wake());
    this.#beat = new Alarm(parts.host, () => void this.#renewLeases());
  }

  get running(): number {
    return this.#running.size;
  }

  /** Looks what is to be done, soon: many calls of one turn are one. */
  wake(): void {
    this.#isWanted = true;
    if (this.#stepping !== undefined || this.#isStopped) return;
    this.#stepping = this.#stepWhileWanted().finally(() => {
      this.#stepping = undefined;
      if (this.#isWanted) this.wake();
    });
  }

  /** The clock may have jumped. */
  checkClock(): void {
    this.#alarm.check();
    this.#beat.check();
  }

  /** Ends the run of a job, if it runs here. */
  abort(key: string): void {
    this.#running.get(key)?.controller.abort();
  }

  /** Begins nothing more; what runs is ended and given back. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#alarm.clear();
    for (const { controller } of this.#running.values()) controller.abort();
    await this.#stepping;
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    this.#beat.clear();
  }

  async #stepWhileWanted(): Promise<void> {
    await undefined;
    try {
      while (this.#isWanted && !this.#isStopped) {
        this.#isWanted = false;
        await this.#step();
      }
    } catch (error) {
      this.#parts.problem(error);
      if (!this.#isStopped) this.#alarm.set(this.#parts.host.nowMs() + JOB_WRITE_AGAIN_MS);
    }
  }

  async #step(): Promise<void> {
    const { database } = this.#parts;
    const nowMs = this.#parts.host.nowMs();
    const { lost, expired, ready, nextMs } = this.#look(nowMs);
    this.#alarm.set(nextMs);
    if (lost.length + expired.length + ready.length === 0) return;
    const { result: begun } = await database.write((transaction) => {
      for (const key of lost) this.#recover(transaction, key, nowMs);
      for (const key of expired) this.#forget(transaction, key, nowMs);
      return ready.map((key) => this.#begin(transaction, key, nowMs)).filter((job) => job !== undefined);
    });
    for (const job of begun) this.#start(job);
    this.#isWanted ||= lost.length > 0 || expired.length === JOBS_AT_A_STEP;
  }

  #look(nowMs: number): Step {
    return this.#parts.database.read((view) => {
      const due = new DueJobs(view);
      const isHere = (key: string) => this.#running.has(key);
      const ready: string[] = [];
      let room = this.#parts.runScript() === undefined ? 0 : JOBS_RUNNING_MAX - this.#running.size;
      const queues = room > 0 ? due.queues() : [];
      for (const name of queues) {
        const { isPaused, concurrency } = this.#parts.queue(name);
        const free = Math.min(room, concurrency - this.#runningIn(name));
        if (isPaused || free <= 0) continue;
        const keys = due.ready(name, nowMs, free);
        room -= keys.length;
        ready.push(...keys);
      }
      return {
        lost: this.#lost(due, nowMs).filter((key) => !isHere(key)),
        expired: due.over('expire', nowMs, JOBS_AT_A_STEP),
        ready,
        nextMs: Math.min(due.next('run', nowMs), due.next('lease', nowMs, isHere), due.next('expire', nowMs)),
      };
    });
  }

  #lost(due: DueJobs, nowMs: number): string[] {
    const over = due.over('lease', nowMs, JOBS_AT_A_STEP);
    return [...over, ...due.beyond('lease', nowMs + JOB_LEASE_MAX_MS, JOBS_AT_A_STEP)];
  }

  #runningIn(queue: string): number {
    let count = 0;
    for (const { job } of this.#running.values()) if (job.queue === queue) count++;
    return count;
  }

  #recover(transaction: Transaction, key: string, nowMs: number): void {
    const { jobs, counts } = this.#parts;
    const job = jobs.find(transaction, key);
    if (job?.status !== 'running') return;
    if (job.timer.at_ms > nowMs && job.timer.at_ms <= nowMs + JOB_LEASE_MAX_MS) return;
    counts.recovered++;
    jobs.put(transaction, recoverJob(job, nowMs, this.#parts.queue(job.queue).retention));
  }

  #forget(transaction: Transaction, key: string, nowMs: number): void {
    const job = this.#parts.jobs.find(transaction, key);
    if (job?.timer.kind === 'expire' && job.timer.at_ms <= nowMs) transaction.delete(JOBS, key);
  }

  #begin(transaction: Transaction, key: string, nowMs: number): Job | undefined {
    const { jobs, leaseMs } = this.#parts;
    const job = jobs.find(transaction, key);
    if (job?.status !== 'pending' || job.run_at_ms > nowMs) return undefined;
    const begun = beginJob(job, { nowMs, leaseMs });
    jobs.put(transaction, begun);
    return begun;
  }

  #start(job: Job): void {
    this.#parts.counts.started++;
    const controller = new AbortController();
    if (this.#isStopped) controller.abort();
    const ended = this.#run(job, controller.signal).then(() => {
      this.#running.delete(job._key);
      this.wake();
    });
    this.#running.set(job._key, { job, controller, ended });
    if (this.#running.size === 1) this.#setBeat();
  }

  async #run(job: Job, signal: AbortSignal): Promise<void> {
    const outcome = signal.aborted ? undefined : await this.#outcome(job, signal);
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#parts.database.write((transaction) => this.#settle(transaction, job, outcome));
        return;
      } catch (error) {
        this.#parts.problem(error);
        // Nobody can be told what came out: the lease runs out, and the job is run again.
        if (attempt >= BEATS_IN_A_LEASE || this.#isStopped) return;
        await new Promise((resolve) => setTimeout(resolve, JOB_WRITE_AGAIN_MS));
      }
    }
  }

  async #outcome(job: Job, signal: AbortSignal): Promise<ScriptOutcome> {
    const { database } = this.#parts;
    try {
      return await this.#parts.runScript()!(database.name, job.script_path, job.params, {
        signal,
        timeoutMs: job.run_timeout_ms,
        user: job.user,
        depth: job.depth ?? 0,
        requestPath: job._key,
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: 'failure', reason: 'error', status: 500, message, headers: [], isChosen: false };
    }
  }

  /** Writes down what came out of an attempt, unless the job is in another one by now. */
  #settle(transaction: Transaction, { _key, attempts }: Job, outcome: ScriptOutcome | undefined): void {
    const { jobs, host, counts } = this.#parts;
    const job = jobs.find(transaction, _key);
    if (job?.status !== 'running' || job.attempts !== attempts) return;
    const nowMs = host.nowMs();
    const { retention } = this.#parts.queue(job.queue);
    if (outcome?.kind === 'answer') {
      counts.completed++;
      jobs.put(transaction, completeJob(job, keptResult(outcome.resultJson), nowMs, retention));
      return;
    }
    if (job.cancel_requested === true) {
      jobs.put(transaction, cancelJob(job, nowMs, retention));
      return;
    }
    if (outcome === undefined || (this.#isStopped && outcome.reason === 'cancelled')) {
      jobs.put(transaction, returnJob(job, nowMs));
      return;
    }
    const error = outcome.message.slice(0, JOB_ERROR_LENGTH_MAX);
    const chance = host.randomBytes(1)[0]! / 255;
    const failed = failJob(job, { error, nowMs, chance }, retention);
    if (failed.status === 'failed') counts.failed++;
    else counts.retried++;
    jobs.put(transaction, failed);
  }

  #setBeat(): void {
    this.#beat.set(this.#parts.host.nowMs() + this.#parts.leaseMs / BEATS_IN_A_LEASE);
  }

  async #renewLeases(): Promise<void> {
    if (this.#running.size === 0) return;
    this.#setBeat();
    try {
      await this.#parts.database.write((transaction) => {
        const untilMs = this.#parts.host.nowMs() + this.#parts.leaseMs;
        for (const { job, controller } of this.#running.values()) {
          const stored = this.#parts.jobs.find(transaction, job._key);
          const isOurs = stored?.status === 'running' && stored.attempts === job.attempts;
          if (isOurs) this.#parts.jobs.put(transaction, renewLease(stored, untilMs));
          else controller.abort();
        }
      });
    } catch (error) {
      this.#parts.problem(error);
    }
  }
}

/** A result as it is kept; null for one that is too long. */
function keptResult(json: string | undefined): Value {
  if (json === undefined || json.length > JOB_RESULT_LENGTH_MAX) return null;
  try {
    return JSON.parse(json) as Value;
  } catch {
    return null;
  }
}
