import type { Value } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandOptions } from '../options.ts';

export type TriggerEvent = 'insert' | 'update' | 'delete';

/** A script that changes of a collection set off, as it is asked for. */
export interface TriggerRequest {
  readonly name: string;
  readonly collection: string;
  readonly events: readonly TriggerEvent[];
  readonly script: string;
  /** In the transaction that makes the change, or when it is durable; `after` by default. */
  readonly timing?: 'before' | 'after';
  /** An expression over `doc` and `old`; an empty one takes it away. */
  readonly filter?: string;
  readonly enabled?: boolean;
  /** Several changes in one run. */
  readonly batch?: boolean;
  readonly batchSize?: number;
  /** Runs of an after-trigger at one time. */
  readonly concurrency?: number;
  readonly maxRetries?: number;
  readonly backoffMs?: number;
  readonly runTimeoutMs?: number;
}

/** A trigger as the server describes it. */
export type TriggerDescription = Readonly<Record<string, Value>> & {
  readonly _key: string;
  readonly name: string;
  readonly collection: string;
  readonly enabled: boolean;
};

/** What an after-trigger has done. */
export interface TriggerReport {
  /** Newest first. */
  readonly runs: readonly Readonly<Record<string, Value>>[];
  /** Changes that it could not be told of. */
  readonly failures: readonly Readonly<Record<string, Value>>[];
  readonly runs_total: number;
  readonly failures_total: number;
  /** Commits that the change log no longer had. */
  readonly lost_total: number;
  /** Everything up to this LSN has been told. */
  readonly position: number | null;
  readonly lag: number;
}

/** What has come of telling an after-trigger again. */
export interface RetriedFailures {
  readonly told: number;
  readonly failed: number;
  /** Still put aside, with those that failed again. */
  readonly left: number;
}

/** The triggers of one database. */
export class Triggers {
  readonly #channel: Channel;
  readonly #database: string;

  constructor(channel: Channel, database: string) {
    this.#channel = channel;
    this.#database = database;
  }

  /** Newest first. */
  async list(options?: CommandOptions): Promise<TriggerDescription[]> {
    return (await this.#send('list_triggers', {}, options)) as unknown as TriggerDescription[];
  }

  async listByCollection(collection: string, options?: CommandOptions): Promise<TriggerDescription[]> {
    return (await this.#send('list_collection_triggers', { collection }, options)) as unknown as TriggerDescription[];
  }

  /** @throws CairnServerError with code `not_found` */
  async get(id: string, options?: CommandOptions): Promise<TriggerDescription> {
    return this.#send('get_trigger', { trigger_id: id }, options) as Promise<TriggerDescription>;
  }

  /**
   * @example
   * await db.triggers.create({ name: 'audit', collection: 'orders', events: ['update'], script: 'audit', filter: 'doc.total > 100' });
   */
  async create(request: TriggerRequest, options?: CommandOptions): Promise<TriggerDescription> {
    return this.#send('create_trigger', fieldsOf(request), options) as Promise<TriggerDescription>;
  }

  /** Changes what is named. */
  async update(id: string, changes: Partial<TriggerRequest>, options?: CommandOptions): Promise<TriggerDescription> {
    return this.#send(
      'update_trigger',
      { trigger_id: id, ...fieldsOf(changes) },
      options,
    ) as Promise<TriggerDescription>;
  }

  async delete(id: string, options?: CommandOptions): Promise<void> {
    await this.#send('delete_trigger', { trigger_id: id }, options);
  }

  /** Switches on or off; to the other state when none is named. */
  async toggle(id: string, enabled?: boolean, options?: CommandOptions): Promise<TriggerDescription> {
    return this.#send('toggle_trigger', { trigger_id: id, enabled }, options) as Promise<TriggerDescription>;
  }

  /** What an after-trigger has done and how far it has come. */
  async history(id: string, limit?: number, options?: CommandOptions): Promise<TriggerReport> {
    return (await this.#send('list_trigger_runs', { trigger_id: id, limit }, options)) as unknown as TriggerReport;
  }

  /**
   * Has an after-trigger told once more of the changes that it has put aside, the oldest first.
   * @param limit 100 by default
   * @returns how many were told, have failed again, and are left
   */
  async retryFailures(id: string, limit?: number, options?: CommandOptions): Promise<RetriedFailures> {
    return (await this.#send(
      'retry_trigger_failures',
      { trigger_id: id, limit },
      options,
    )) as unknown as RetriedFailures;
  }

  async #send(command: string, fields: Readonly<Record<string, Value | undefined>>, options?: CommandOptions) {
    return (await this.#channel.send(command, { database: this.#database, ...fields }, options)).data;
  }
}

function fieldsOf(request: Partial<TriggerRequest>): Record<string, Value | undefined> {
  const { script, events, batchSize, maxRetries, backoffMs, runTimeoutMs, ...rest } = request;
  return {
    ...rest,
    ...{ script_path: script, events: events as Value[] | undefined, batch_size: batchSize },
    ...{ max_retries: maxRetries, backoff_ms: backoffMs, run_timeout_ms: runTimeoutMs },
  };
}
