import type { Value } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandOptions } from '../options.ts';
import type { JobDescription } from './jobs.ts';

/** A script that runs by a schedule, as it is asked for. */
export interface CronRequest {
  readonly name: string;
  /** Five fields, six with seconds in front, or a shorthand such as `@daily`. */
  readonly schedule: string;
  readonly script: string;
  /** IANA name; UTC by default. */
  readonly timezone?: string;
  readonly params?: Value;
  readonly queue?: string;
  readonly priority?: number;
  readonly maxRetries?: number;
  readonly runTimeoutMs?: number;
  readonly enabled?: boolean;
  /** What happens when the run before has not ended: both run, the new one is left out, or the old one is cancelled. */
  readonly overlap?: 'allow' | 'skip' | 'cancel';
  /** What happens to runs that nobody could start: one for all of them, none, or each. */
  readonly missed?: 'once' | 'skip' | 'all';
  readonly description?: string;
}

/** A cron job as the server describes it. */
export type CronDescription = Readonly<Record<string, Value>> & {
  readonly _key: string;
  readonly name: string;
  readonly cron_expression: string;
  readonly enabled: boolean;
};

/** The cron jobs of one database. */
export class Cron {
  readonly #channel: Channel;
  readonly #database: string;

  constructor(channel: Channel, database: string) {
    this.#channel = channel;
    this.#database = database;
  }

  async list(options?: CommandOptions): Promise<CronDescription[]> {
    return (await this.#send('list_cron_jobs', {}, options)) as unknown as CronDescription[];
  }

  /** @throws CairnServerError with code `not_found` */
  async get(id: string, options?: CommandOptions): Promise<CronDescription> {
    return this.#send('get_cron_job', { cron_id: id }, options) as Promise<CronDescription>;
  }

  /**
   * @throws CairnServerError with code `invalid_argument` for a schedule or a time zone that is none
   *
   * @example
   * await db.cron.create({ name: 'nightly', schedule: '30 2 * * *', timezone: 'Europe/Berlin', script: 'clean-up' });
   */
  async create(request: CronRequest, options?: CommandOptions): Promise<CronDescription> {
    return this.#send('create_cron_job', fieldsOf(request), options) as Promise<CronDescription>;
  }

  /** Changes what is named. */
  async update(id: string, changes: Partial<CronRequest>, options?: CommandOptions): Promise<CronDescription> {
    return this.#send('update_cron_job', { cron_id: id, ...fieldsOf(changes) }, options) as Promise<CronDescription>;
  }

  async delete(id: string, options?: CommandOptions): Promise<void> {
    await this.#send('delete_cron_job', { cron_id: id }, options);
  }

  /** Switches on or off; to the other state when none is named. */
  async toggle(id: string, enabled?: boolean, options?: CommandOptions): Promise<CronDescription> {
    return this.#send('toggle_cron_job', { cron_id: id, enabled }, options) as Promise<CronDescription>;
  }

  /** Starts a run now; answers its job. */
  async run(id: string, options?: CommandOptions): Promise<JobDescription> {
    return this.#send('run_cron_job', { cron_id: id }, options) as Promise<JobDescription>;
  }

  /** The next times of a cron job. */
  async next(id: string, count?: number, options?: CommandOptions): Promise<Date[]> {
    return dates(await this.#send('next_cron_runs', { cron_id: id, count }, options));
  }

  /** The next times of a schedule that need not be anybody's. */
  async preview(
    schedule: string,
    { timezone, count, ...options }: CommandOptions & { readonly timezone?: string; readonly count?: number } = {},
  ): Promise<Date[]> {
    return dates(await this.#send('next_cron_runs', { cron_expression: schedule, timezone, count }, options));
  }

  /** The jobs of its last runs, newest first. */
  async history(id: string, limit?: number, options?: CommandOptions): Promise<JobDescription[]> {
    return (await this.#send('list_cron_runs', { cron_id: id, limit }, options)) as unknown as JobDescription[];
  }

  async #send(command: string, fields: Readonly<Record<string, Value | undefined>>, options?: CommandOptions) {
    return (await this.#channel.send(command, { database: this.#database, ...fields }, options)).data;
  }
}

function fieldsOf(request: Partial<CronRequest>): Record<string, Value | undefined> {
  const { schedule, script, maxRetries, runTimeoutMs, ...rest } = request;
  return {
    ...rest,
    ...{ cron_expression: schedule, script_path: script, max_retries: maxRetries, run_timeout_ms: runTimeoutMs },
  };
}

function dates(texts: unknown): Date[] {
  return (texts as string[]).map((text) => new Date(text));
}
