import { isObject, type Value } from '../value/value.ts';
import type { RequestFields } from './command-definition.ts';

/** Old clients send what they change as `updates`; its members mean what they mean beside it, under any of their names. */
export function updateMembers(aliases: Readonly<Record<string, string>>): (fields: RequestFields) => RequestFields {
  return (fields) => {
    const { updates, ...rest } = fields;
    if (!isObject(updates as Value | undefined)) return fields;
    const changed: RequestFields = { ...rest };
    for (const [name, value] of Object.entries(updates as Record<string, Value>)) {
      const present = Object.hasOwn(aliases, name) ? aliases[name]! : name;
      if (present !== '__proto__' && value !== null && changed[present] === undefined) changed[present] = value;
    }
    return changed;
  };
}
