import type { ValueObject } from '@cairn/protocol/internal';
import type { Database } from '@cairn/storage/internal';
import type { DatabaseShared } from '../automation/automation-shared.ts';
import { SystemCollection } from '../automation/system-collection.ts';
import type { LoggedChange } from './logged-change.ts';
import { FAILURES_PLAN, TRIGGER_FAILURES } from './trigger-collections.ts';
import { FAILURES_KEPT, TRIGGER_ERROR_LENGTH_MAX } from './trigger-limits.ts';

/** A change that no attempt could tell, as it is stored in `_trigger_failures`. */
export interface TriggerFailure {
  readonly _key: string;
  readonly trigger_id: string;
  readonly lsn: number;
  readonly key: string;
  readonly error: string;
  readonly attempts: number;
  readonly body: ValueObject;
  /** Seconds since 1970. */
  readonly failed_at: number;
}

/** What a script was to be told and could not. */
export interface UntoldChanges {
  readonly body: ValueObject;
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
  async keep(triggerId: string, { body, first, error, attempts }: UntoldChanges): Promise<void> {
    const { lsn, number } = first.place;
    const failure: TriggerFailure = {
      _key: `${triggerId}:${String(lsn).padStart(16, '0')}:${number}`,
      ...{ trigger_id: triggerId, lsn, key: first.key, attempts, body },
      error: error.slice(0, TRIGGER_ERROR_LENGTH_MAX),
      failed_at: Math.floor(this.#parts.host.nowMs() / 1000),
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
}
