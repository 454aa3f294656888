import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { getMember } from './get-member.ts';

/** The value at a dotted path (`a.b.c`); undefined when a step is missing or not an object. */
export function memberAtPath(object: ValueObject, path: string): Value | undefined {
  let value: Value = object;
  for (const step of path.split('.')) {
    const next: Value | undefined = isObject(value) ? getMember(value, step) : undefined;
    if (next === undefined) return undefined;
    value = next;
  }
  return value;
}
