import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { ChangePlace, Trigger, TriggerEvent } from '@cairn/scripting/internal';
import { type CommitRecord, type DocumentChange, recordOfValue } from '@cairn/storage/internal';
import { decodedRecord } from '../documents/render-record.ts';

/** A change that an after-trigger is to be told of. */
export class LoggedChange {
  readonly place: ChangePlace;
  readonly commit: CommitRecord;
  readonly #change: DocumentChange;
  readonly #database: string;
  attempts = 0;

  constructor(commit: CommitRecord, number: number, change: DocumentChange, database: string) {
    this.place = { lsn: commit.lsn, number };
    this.commit = commit;
    this.#change = change;
    this.#database = database;
  }

  get key(): string {
    return this.#change.key;
  }

  get event(): TriggerEvent {
    if (this.#change.kind === 'delete') return 'delete';
    return this.#change.before === undefined ? 'insert' : 'update';
  }

  get document(): Value {
    return this.#change.kind === 'put' ? this.#decoded(this.#change.value) : null;
  }

  get old(): Value {
    return this.#change.before === undefined ? null : this.#decoded(this.#change.before);
  }

  /** What the script gets to see of it. */
  body(): ValueObject {
    const { event, key, document, old } = this;
    const { lsn, timeMs, user } = this.commit;
    return {
      ...{ event, collection: this.#change.collection, key, lsn, time: timeMs, user },
      ...(document !== null && { data: document }),
      ...(old !== null && { old_data: old }),
    };
  }

  #decoded(value: Uint8Array): Value {
    const { collection, key } = this.#change;
    return decodedRecord(`${this.#database}:${collection}/`, recordOfValue(key, value));
  }
}

/** The body of a run for these changes: of one as it is, of several, where the trigger takes them together, as a list. */
export function bodyOf(trigger: Trigger, changes: readonly LoggedChange[]): ValueObject {
  const { name: trigger_name, collection } = trigger;
  if (!trigger.batch) return { trigger_name, ...changes[0]!.body() };
  return { trigger_name, collection, changes: changes.map((change) => change.body()) };
}
