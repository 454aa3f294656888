import type { Value } from '@cairn/protocol/internal';
import { isObject } from '../signature.ts';
import { getMember, type ObjectValue } from './set-member.ts';

/** The value at a dotted path (`a.b.c`); undefined when a step is missing or not an object. */
export function memberAtPath(object: ObjectValue, path: string): Value | undefined {
  let value: Value = object;
  for (const step of path.split('.')) {
    const next: Value | undefined = isObject(value) ? getMember(value, step) : undefined;
    if (next === undefined) return undefined;
    value = next;
  }
  return value;
}
