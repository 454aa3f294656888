import type { Value } from '@cairn/protocol/internal';
import type { Trigger } from '@cairn/scripting/internal';
import { shownRecord } from '../shown-record.ts';

/** A trigger as clients see it. */
export function shownTrigger(trigger: Trigger): Value {
  return shownRecord(trigger);
}
