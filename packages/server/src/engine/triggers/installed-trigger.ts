import type { Value } from '@cairn/protocol/internal';
import type { Trigger } from '@cairn/scripting/internal';
import type { Host } from '../../host.ts';
import { TriggerFilter } from './trigger-filter.ts';

/** A trigger with its filter, ready to be asked. */
export class InstalledTrigger {
  readonly record: Trigger;
  readonly #filter: TriggerFilter | undefined;

  constructor(record: Trigger, database: string, host: Host) {
    this.record = record;
    this.#filter = record.filter === null ? undefined : new TriggerFilter(record.filter, database, host);
  }

  /** Whether it fires for this change. @throws CairnError when its filter cannot be computed */
  concerns(event: Trigger['events'][number], doc: Value, old: Value): boolean {
    if (!this.record.events.includes(event)) return false;
    return this.#filter === undefined || this.#filter.holds(doc, old);
  }
}
