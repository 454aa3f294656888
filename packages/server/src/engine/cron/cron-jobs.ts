import { CairnError } from '@cairn/protocol/internal';
import { type CronJob, CronSchedule, cronRunKey, cronRunPrefix, type Job, newJob } from '@cairn/scripting/internal';
import type { Database } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import type { Automation } from '../automation/automation.ts';
import type { SystemCollection } from '../automation/system-collection.ts';
import { JOB_PLANS, jobCollection } from '../jobs/job-collections.ts';
import { CRON_JOBS, CRON_PLANS, cronCollection } from './cron-collections.ts';

/** Cron jobs of one database: each is looked at when one of them is due. */
const CRON_JOBS_MAX = 10_000;
const PLANS = [...JOB_PLANS, ...CRON_PLANS];

/** A cron job as somebody asks for it; what is left out has the usual value, or stays. */
export type CronRequest = Partial<
  Pick<
    CronJob,
    | 'name'
    | 'cron_expression'
    | 'timezone'
    | 'script_path'
    | 'params'
    | 'queue'
    | 'priority'
    | 'max_retries'
    | 'enabled'
    | 'overlap'
    | 'missed'
    | 'description'
    | 'run_timeout_ms'
  >
>;

const MAX_RETRIES = 3;

/** Cron jobs for whoever runs in this process. */
export class CronJobs {
  readonly #automation: Automation;
  readonly #host: Host;
  readonly #crons: SystemCollection<CronJob>;
  readonly #jobs: SystemCollection<Job>;

  constructor(automation: Automation, host: Host) {
    this.#automation = automation;
    this.#host = host;
    this.#crons = cronCollection(host);
    this.#jobs = jobCollection(host);
  }

  list(database: Database): CronJob[] {
    return database.read((view) => this.#crons.all(view));
  }

  /** @throws CairnError `not_found` */
  get(database: Database, key: string): CronJob {
    return database.read((view) => this.#crons.require(view, key));
  }

  /** @throws CairnError `invalid_argument` for an expression or a time zone that is none, `limit_exceeded` */
  async create(
    database: Database,
    request: CronRequest & Pick<CronJob, 'name' | 'cron_expression' | 'script_path'>,
    { user, key = this.#automation.newKey() }: { user: string; key?: string },
  ): Promise<CronJob> {
    const nowMs = this.#host.nowMs();
    const cron: CronJob = timed(
      {
        timezone: 'UTC',
        params: null,
        queue: 'default',
        priority: 0,
        max_retries: MAX_RETRIES,
        enabled: true,
        overlap: 'allow',
        missed: 'once',
        ...request,
        _key: key,
        last_run: null,
        next_run: null,
        next_run_ms: null,
        last_job_id: null,
        skipped_count: 0,
        created_at: Math.floor(nowMs / 1000),
        updated_at: Math.floor(nowMs / 1000),
        user,
      },
      nowMs,
    );
    await this.#automation.prepare(database, PLANS);
    await database.write(
      (transaction) => {
        if (transaction.collection(CRON_JOBS)!.count >= CRON_JOBS_MAX) {
          throw new CairnError('limit_exceeded', `more than ${CRON_JOBS_MAX} cron jobs in database '${database.name}'`);
        }
        this.#crons.requireFree(transaction, key);
        this.#crons.put(transaction, cron);
      },
      { user },
    );
    return cron;
  }

  /** Changes what is named. @throws CairnError `not_found`, `invalid_argument` */
  async update(database: Database, key: string, changes: CronRequest, user: string): Promise<CronJob> {
    return this.#change(database, key, user, (cron, nowMs) => {
      const changed = { ...cron, ...changes, updated_at: Math.floor(nowMs / 1000) };
      const isSame =
        changed.cron_expression === cron.cron_expression &&
        changed.timezone === cron.timezone &&
        changed.enabled === cron.enabled;
      return isSame ? changed : timed(changed, nowMs);
    });
  }

  /** Switches on or off; to the other state when none is named. What was due while it was off is not made up for. */
  async toggle(database: Database, key: string, enabled: boolean | undefined, user: string): Promise<CronJob> {
    return this.#change(database, key, user, (cron, nowMs) =>
      timed({ ...cron, enabled: enabled ?? !cron.enabled, updated_at: Math.floor(nowMs / 1000) }, nowMs),
    );
  }

  /** @throws CairnError `not_found` */
  async remove(database: Database, key: string, user: string): Promise<void> {
    await this.#automation.prepare(database, PLANS);
    await database.write(
      (transaction) => {
        this.#crons.require(transaction, key);
        transaction.delete(CRON_JOBS, key);
      },
      { user },
    );
  }

  /** Starts a run now, whatever the schedule says. @throws CairnError `not_found` */
  async run(database: Database, key: string, user: string): Promise<Job> {
    await this.#automation.prepare(database, PLANS);
    const { result } = await database.write(
      (transaction) => {
        const cron = this.#crons.require(transaction, key);
        const { queue, script_path, params, priority, max_retries, run_timeout_ms } = cron;
        const nowMs = this.#host.nowMs();
        const request = { queue, script_path, params, priority, max_retries, run_timeout_ms, user, cron_job_id: key };
        const job = newJob(cronRunKey(key, nowMs), request, nowMs);
        this.#jobs.put(transaction, job);
        return job;
      },
      { user },
    );
    return result;
  }

  /** The jobs of its runs, newest first, as far as they are kept. */
  history(database: Database, key: string, limit: number): Job[] {
    return database.read((view) => {
      this.#crons.require(view, key);
      return this.#jobs.all(view, cronRunPrefix(key)).reverse().slice(0, limit);
    });
  }

  /** When it will run next, milliseconds since 1970. */
  upcoming({ cron_expression, timezone }: Pick<CronJob, 'cron_expression' | 'timezone'>, count: number): number[] {
    return new CronSchedule(cron_expression, timezone).upcoming(this.#host.nowMs(), count);
  }

  async #change(
    database: Database,
    key: string,
    user: string,
    change: (cron: CronJob, nowMs: number) => CronJob,
  ): Promise<CronJob> {
    await this.#automation.prepare(database, PLANS);
    const { result } = await database.write(
      (transaction) => {
        const changed = change(this.#crons.require(transaction, key), this.#host.nowMs());
        this.#crons.put(transaction, changed);
        return changed;
      },
      { user },
    );
    return result;
  }
}

/** With the next time by its schedule, which is checked by that. */
function timed(cron: CronJob, nowMs: number): CronJob {
  const nextMs = new CronSchedule(cron.cron_expression, cron.timezone).next(nowMs);
  if (!cron.enabled || nextMs === Number.POSITIVE_INFINITY) return { ...cron, next_run: null, next_run_ms: null };
  return { ...cron, next_run: Math.floor(nextMs / 1000), next_run_ms: nextMs };
}
