import type { ValueObject } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { DatabaseShared } from '../automation/automation-shared.ts';
import { SystemCollection } from '../automation/system-collection.ts';
import type { LoggedChange } from './logged-change.ts';
import { FAILURES_PLAN, TRIGGER_FAILURES } from './trigger-collections.ts';
import { FAILURES_KEPT, TRIGGER_ERROR_LENGTH_MAX } from './trigger-limits.ts';
import type { TriggerRun } from './trigger-state.ts';

/** A change that no attempt could tell, as it is stored in `_trigger_failures`. */
export interface TriggerFailure {
  readonly _key: string;
  readonly trigger_id: string;
  readonly lsn: number;
  readonly key: string;
  readonly error: string;
  readonly attempts: number;
  readonly body: ValueObject;
  /** How many triggers stood behind the run. */
  readonly depth?: number;
  /** Seconds since 1970. */
  readonly failed_at: number;
}

/** What has come of telling again. */
export interface Retold {
  readonly told: number;
  readonly failed: number;
  /** Still put aside, with those that failed again. */
  readonly left: number;
}

/** What a script was to be told and could not. */
export interface UntoldChanges {
  readonly body: ValueObject;
  readonly depth: number;
  readonly first: LoggedChange;
  readonly error: string;
  readonly attempts: number;
}

/** What the triggers of a database could not tell, kept so that somebody can look at it and have it told again. */
export class TriggerFailures {
  readonly #database: Database;
  readonly #parts: DatabaseShared;
  readonly #records: SystemCollection<TriggerFailure>;

  constructor(database: Database, parts: DatabaseShared) {
    this.#database = database;
    this.#parts = parts;
    this.#records = new SystemCollection<TriggerFailure>(FAILURES_PLAN, parts.host);
  }

  /** Puts changes aside; the oldest ones of the trigger go. Never rejects. */
  async keep(triggerId: string, { body, depth, first, error, attempts }: UntoldChanges): Promise<void> {
    const { lsn, number } = first.place;
    const failure: TriggerFailure = {
      _key: `${triggerId}:${String(lsn).padStart(16, '0')}:${number}`,
      ...{ trigger_id: triggerId, lsn, key: first.key, attempts, body, depth },
      error: error.slice(0, TRIGGER_ERROR_LENGTH_MAX),
      failed_at: this.#nowS(),
    };
    try {
      await this.#database.write((transaction) => {
        const kept = this.#records.all(transaction, `${triggerId}:`);
        for (const { _key } of kept.slice(0, Math.max(0, kept.length + 1 - FAILURES_KEPT))) {
          transaction.delete(TRIGGER_FAILURES, _key);
        }
        this.#records.put(transaction, failure);
      });
    } catch (problem) {
      this.#parts.problem(problem);
    }
  }

  /** The oldest that were put aside. */
  oldest(triggerId: string, limit: number): TriggerFailure[] {
    return this.#all(triggerId).slice(0, limit);
  }

  count(triggerId: string): number {
    return this.#all(triggerId).length;
  }

  /** One has been told after all. */
  async told({ _key }: TriggerFailure): Promise<void> {
    await this.#database.write((transaction) => {
      if (this.#records.find(transaction, _key) !== undefined) transaction.delete(TRIGGER_FAILURES, _key);
    });
  }

  /** One has failed once more. */
  async failedAgain({ _key, attempts }: TriggerFailure, error: string): Promise<void> {
    await this.#database.write((transaction) => {
      const kept = this.#records.find(transaction, _key);
      const again = {
        attempts: attempts + 1,
        error: error.slice(0, TRIGGER_ERROR_LENGTH_MAX),
        failed_at: this.#nowS(),
      };
      if (kept !== undefined) this.#records.put(transaction, { ...kept, ...again });
    });
  }

  #all(triggerId: string): TriggerFailure[] {
    return this.#database.read((view) => this.#records.all(view, `${triggerId}:`));
  }

  #nowS(): number {
    return Math.floor(this.#parts.host.nowMs() / 1000);
  }
}

/** What the history says of the run that was to tell it. */
export function changesOf({ lsn, key, body }: TriggerFailure): Pick<TriggerRun, 'lsn' | 'key' | 'event' | 'changes'> {
  const { changes } = body;
  const several = Array.isArray(changes) ? (changes as readonly ValueObject[]) : [body];
  return { lsn, key, event: String(several[0]?.event), changes: several.length };
}
