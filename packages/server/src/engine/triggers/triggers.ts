import { CairnError } from '@cairn/protocol/internal';
import { TRIGGER_DEFAULTS, TRIGGER_EVENTS, type Trigger, type TriggerEvent } from '@cairn/scripting/internal';
import type { Database, Transaction } from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import type { Automation } from '../automation/automation.ts';
import { SystemCollection } from '../automation/system-collection.ts';
import type { BeforeTriggers } from './before-triggers.ts';
import {
  FAILURES_PLAN,
  STATE_PLAN,
  TRIGGER_FAILURES,
  TRIGGER_PLANS,
  TRIGGER_STATE,
  TRIGGERS,
  TRIGGERS_PLAN,
} from './trigger-collections.ts';
import type { Retold, TriggerFailure } from './trigger-failures.ts';
import { TriggerFilter } from './trigger-filter.ts';
import { TRIGGERS_MAX } from './trigger-limits.ts';
import { freshState, type TriggerRun, type TriggerState } from './trigger-state.ts';

/** A trigger as somebody asks for it; what is left out has the usual value, or stays. */
export type TriggerRequest = Partial<Omit<Trigger, '_key' | 'created_at' | 'updated_at' | 'user'>>;

/** What a trigger has done. */
export interface TriggerReport {
  readonly runs: readonly TriggerRun[];
  readonly failures: readonly TriggerFailure[];
  readonly runs_total: number;
  readonly failures_total: number;
  /** Commits that the log no longer had. */
  readonly lost_total: number;
  readonly position: number | null;
  /** Commits that it has not come to yet. */
  readonly lag: number;
}

/** Triggers for whoever runs in this process. */
export class Triggers {
  readonly before: BeforeTriggers;
  readonly #automation: Automation;
  readonly #host: Host;
  readonly #records: SystemCollection<Trigger>;
  readonly #states: SystemCollection<TriggerState>;
  readonly #failures: SystemCollection<TriggerFailure>;

  constructor(automation: Automation, before: BeforeTriggers, host: Host) {
    this.#automation = automation;
    this.before = before;
    this.#host = host;
    this.#records = new SystemCollection<Trigger>(TRIGGERS_PLAN, host);
    this.#states = new SystemCollection<TriggerState>(STATE_PLAN, host);
    this.#failures = new SystemCollection<TriggerFailure>(FAILURES_PLAN, host);
  }

  /** Have changes of the collection to wait for what before-triggers say? */
  isAsked(database: string, collection: string): boolean {
    return this.#automation.isAsked(database, collection);
  }

  /** Whether an enabled trigger of the collection is to be told of such events. */
  concern(database: Database, collection: string, event: TriggerEvent): boolean {
    return this.#automation.of(database)?.triggers.concerns(collection, event) ?? false;
  }

  /** All, or those of a collection, newest first. */
  list(database: Database, collection?: string): Trigger[] {
    const all = database.read((view) => this.#records.all(view));
    const wanted = collection === undefined ? all : all.filter((trigger) => trigger.collection === collection);
    return wanted.reverse();
  }

  /** @throws CairnError `not_found` */
  get(database: Database, key: string): Trigger {
    return database.read((view) => this.#records.require(view, key));
  }

  /** @throws CairnError `not_found` for a collection that there is not, `invalid_argument`, `limit_exceeded` */
  async create(
    database: Database,
    request: TriggerRequest & Pick<Trigger, 'name' | 'collection' | 'events' | 'script_path'>,
    { user, key = this.#automation.newKey() }: { user: string; key?: string },
  ): Promise<Trigger> {
    const nowS = Math.floor(this.#host.nowMs() / 1000);
    const trigger: Trigger = {
      timing: 'after',
      filter: null,
      enabled: true,
      batch: false,
      batch_size: TRIGGER_DEFAULTS.batchSize,
      concurrency: TRIGGER_DEFAULTS.concurrency,
      max_retries: TRIGGER_DEFAULTS.maxRetries,
      backoff_ms: TRIGGER_DEFAULTS.backoffMs,
      run_timeout_ms: TRIGGER_DEFAULTS.runTimeoutMs,
      queue: 'default',
      priority: 0,
      ...request,
      _key: key,
      created_at: nowS,
      updated_at: nowS,
      user,
    };
    this.#check(database, trigger);
    await this.#automation.prepare(database, TRIGGER_PLANS);
    await database.write(
      (transaction) => {
        if (transaction.collection(trigger.collection) === undefined) throw noCollection(trigger.collection);
        if (transaction.collection(TRIGGERS)!.count >= TRIGGERS_MAX) {
          throw new CairnError('limit_exceeded', `more than ${TRIGGERS_MAX} triggers in database '${database.name}'`);
        }
        this.#records.requireFree(transaction, key);
        this.#records.put(transaction, trigger);
        this.#begin(transaction, trigger);
      },
      { user },
    );
    return trigger;
  }

  /** Changes what is named. @throws CairnError `not_found`, `invalid_argument` */
  async update(database: Database, key: string, changes: TriggerRequest, user: string): Promise<Trigger> {
    return this.#change(database, key, user, (trigger) => ({ ...trigger, ...changes }));
  }

  /** Switches on or off; to the other state when none is named. What changes while it is off is not told later. */
  async toggle(database: Database, key: string, enabled: boolean | undefined, user: string): Promise<Trigger> {
    return this.#change(database, key, user, (trigger) => ({ ...trigger, enabled: enabled ?? !trigger.enabled }));
  }

  /** @throws CairnError `not_found` */
  async remove(database: Database, key: string, user: string): Promise<void> {
    await this.#automation.prepare(database, TRIGGER_PLANS);
    await database.write(
      (transaction) => {
        this.#records.require(transaction, key);
        transaction.delete(TRIGGERS, key);
        transaction.delete(TRIGGER_STATE, key);
        for (const { _key } of this.#failures.all(transaction, `${key}:`)) transaction.delete(TRIGGER_FAILURES, _key);
      },
      { user },
    );
  }

  /** What an after-trigger has done: its last runs, and the changes that it could not be told of. */
  report(database: Database, key: string, limit: number): TriggerReport {
    return database.read((view) => {
      this.#records.require(view, key);
      const state = this.#states.find(view, key) ?? freshState(key, database.lsn);
      const follower = this.#automation.of(database)?.triggers.follower(key);
      const history = follower?.history;
      return {
        runs: (history?.recent ?? state.recent).slice(0, limit),
        failures: this.#failures.all(view, `${key}:`).reverse().slice(0, limit),
        runs_total: history?.runs ?? state.runs_total,
        failures_total: history?.failures ?? state.failures_total,
        lost_total: history?.lost ?? state.lost_total,
        position: follower?.position ?? null,
        lag: follower?.lag ?? 0,
      };
    });
  }

  /** Has an after-trigger told again of what it has put aside. @throws CairnError `not_found`, `invalid_argument`, `conflict` */
  async retell(database: Database, key: string, limit: number): Promise<Retold> {
    const { name } = this.get(database, key);
    const follower = this.#automation.of(database)?.triggers.follower(key);
    if (follower !== undefined) return follower.retell(limit);
    throw new CairnError('invalid_argument', `trigger '${name}' is switched off, or runs before changes`);
  }

  async #change(
    database: Database,
    key: string,
    user: string,
    change: (trigger: Trigger) => Trigger,
  ): Promise<Trigger> {
    await this.#automation.prepare(database, TRIGGER_PLANS);
    const { result } = await database.write(
      (transaction) => {
        const before = this.#records.require(transaction, key);
        const changed = { ...change(before), updated_at: Math.floor(this.#host.nowMs() / 1000) };
        this.#check(database, changed);
        if (transaction.collection(changed.collection) === undefined) throw noCollection(changed.collection);
        this.#records.put(transaction, changed);
        if (!before.enabled || before.timing !== changed.timing || before.collection !== changed.collection) {
          this.#begin(transaction, changed);
        }
        return changed;
      },
      { user },
    );
    return result;
  }

  /** An after-trigger is told of what is committed from now on. */
  #begin(transaction: Transaction, { _key, timing, enabled }: Trigger): void {
    if (timing === 'after' && enabled) this.#states.put(transaction, freshState(_key, transaction.lsn));
    else transaction.delete(TRIGGER_STATE, _key);
  }

  #check(database: Database, { collection, events, filter }: Trigger): void {
    if (collection.startsWith('_')) {
      throw new CairnError('invalid_argument', `Collections of the server fire no triggers: '${collection}'`);
    }
    if (events.length === 0) throw new CairnError('invalid_argument', 'At least one event type is required');
    for (const event of events) {
      if (TRIGGER_EVENTS.includes(event)) continue;
      throw new CairnError(
        'invalid_argument',
        `Invalid event type: '${event}'. Must be 'insert', 'update', or 'delete'`,
      );
    }
    if (filter !== null) new TriggerFilter(filter, database.name, this.#host);
  }
}

function noCollection(name: string): CairnError {
  return new CairnError('not_found', `Collection '${name}' does not exist`, { details: { collection: name } });
}
