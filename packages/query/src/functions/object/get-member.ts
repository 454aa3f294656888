import type { Value, ValueObject } from '@cairn/protocol/internal';

/** The own member of that name; undefined when there is none. */
export function getMember(object: ValueObject, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
