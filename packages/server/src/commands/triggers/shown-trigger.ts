import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { Trigger } from '@cairn/scripting/internal';

/** A trigger as clients see it. */
export function shownTrigger(trigger: Trigger): Value {
  return { ...trigger } as unknown as ValueObject;
}
