import {
  type CronJob,
  CronSchedule,
  cancelJob,
  cronRunKey,
  dueRuns,
  type Job,
  newJob,
} from '@cairn/scripting/internal';
import type { Database, Transaction } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { Alarm } from '../automation/alarm.ts';
import type { SystemCollection } from '../automation/system-collection.ts';
import type { QueueSettings } from '../jobs/queue-settings.ts';
import { cronCollection } from './cron-collections.ts';

/** After a failed write the cron jobs are looked at again, milliseconds. */
const AGAIN_MS = 1_000;

export interface CronTickerParts {
  readonly database: Database;
  readonly host: Host;
  readonly jobs: SystemCollection<Job>;
  queue(name: string): QueueSettings;
  /** Ends the run of a job that one of its successors has cancelled. */
  abort(jobKey: string): void;
  problem(error: unknown): void;
}

/**
 * Makes jobs of the cron jobs of one database as they become due. A run's job and the cron job's next time are one commit, so a
 * run is started once or not at all, whenever the server dies.
 */
export class CronTicker {
  readonly #parts: CronTickerParts;
  readonly #crons: SystemCollection<CronJob>;
  readonly #alarm: Alarm;
  #ticking: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(parts: CronTickerParts) {
    this.#parts = parts;
    this.#crons = cronCollection(parts.host);
    this.#alarm = new Alarm(parts.host, () => this.wake());
  }

  wake(): void {
    this.#isWanted = true;
    if (this.#ticking !== undefined || this.#isStopped) return;
    this.#ticking = this.#tickWhileWanted().finally(() => {
      this.#ticking = undefined;
      if (this.#isWanted) this.wake();
    });
  }

  checkClock(): void {
    this.#alarm.check();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#alarm.clear();
    await this.#ticking;
  }

  async #tickWhileWanted(): Promise<void> {
    await undefined;
    try {
      while (this.#isWanted && !this.#isStopped) {
        this.#isWanted = false;
        await this.#tick();
      }
    } catch (error) {
      this.#parts.problem(error);
      if (!this.#isStopped) this.#alarm.set(this.#parts.host.nowMs() + AGAIN_MS);
    }
  }

  async #tick(): Promise<void> {
    const { database, host } = this.#parts;
    const nowMs = host.nowMs();
    const all = database.read((view) => this.#crons.all(view));
    const crons = all.filter(({ enabled, next_run_ms }) => enabled && next_run_ms !== null);
    const due = crons.filter(({ next_run_ms }) => next_run_ms! <= nowMs);
    if (due.length === 0) {
      this.#alarm.set(Math.min(Number.POSITIVE_INFINITY, ...crons.map(({ next_run_ms }) => next_run_ms!)));
      return;
    }
    const { result: cancelled } = await database.write((transaction) =>
      due.flatMap(({ _key }) => this.#start(transaction, _key, nowMs)),
    );
    for (const key of cancelled) this.#parts.abort(key);
    this.#isWanted = true;
  }

  /** Starts what is due of a cron job; answers the jobs that run and are cancelled by that. */
  #start(transaction: Transaction, key: string, nowMs: number): string[] {
    const cron = this.#crons.find(transaction, key);
    if (cron?.enabled !== true || cron.next_run_ms === null || cron.next_run_ms > nowMs) return [];
    const schedule = this.#schedule(cron);
    if (schedule === undefined) {
      this.#crons.put(transaction, { ...cron, enabled: false, next_run: null, next_run_ms: null });
      return [];
    }
    const { runs, skipped } = dueRuns(schedule, cron.missed, cron.next_run_ms, nowMs);
    const cancelled: string[] = [];
    let last = cron.last_job_id;
    let left = skipped;
    for (const dueMs of runs) {
      const before = last === null ? undefined : this.#parts.jobs.find(transaction, last);
      const isOpen = before?.status === 'pending' || before?.status === 'running';
      if (isOpen && cron.overlap === 'skip') {
        left++;
        continue;
      }
      if (isOpen && cron.overlap === 'cancel') cancelled.push(...this.#cancel(transaction, before, nowMs));
      last = this.#enqueue(transaction, cron, dueMs, nowMs);
    }
    const nextMs = schedule.next(nowMs);
    const isOver = nextMs === Number.POSITIVE_INFINITY;
    this.#crons.put(transaction, {
      ...cron,
      last_run: last === cron.last_job_id ? cron.last_run : Math.floor(nowMs / 1000),
      last_job_id: last,
      next_run: isOver ? null : Math.floor(nextMs / 1000),
      next_run_ms: isOver ? null : nextMs,
      skipped_count: cron.skipped_count + left,
    });
    return cancelled;
  }

  /** Undefined for one that was right when it was stored and is none any more: names of time zones come and go. */
  #schedule({ cron_expression, timezone }: CronJob): CronSchedule | undefined {
    try {
      return new CronSchedule(cron_expression, timezone);
    } catch (error) {
      this.#parts.problem(error);
      return undefined;
    }
  }

  #enqueue(transaction: Transaction, cron: CronJob, dueMs: number, nowMs: number): string {
    const key = cronRunKey(cron._key, dueMs);
    if (this.#parts.jobs.find(transaction, key) !== undefined) return key;
    const { queue, script_path, params, priority, max_retries, run_timeout_ms, user } = cron;
    const request = { queue, script_path, params, priority, max_retries, run_timeout_ms, user, cron_job_id: cron._key };
    this.#parts.jobs.put(transaction, newJob(key, request, nowMs));
    return key;
  }

  #cancel(transaction: Transaction, job: Job, nowMs: number): string[] {
    if (job.status === 'running') {
      this.#parts.jobs.put(transaction, { ...job, cancel_requested: true });
      return [job._key];
    }
    this.#parts.jobs.put(transaction, cancelJob(job, nowMs, this.#parts.queue(job.queue).retention));
    return [];
  }
}
