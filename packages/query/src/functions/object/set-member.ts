import type { Value } from '@cairn/protocol/internal';

/** An object of the language while it is built. */
export type ObjectValue = { [key: string]: Value };

/** Sets a member whatever its name: `__proto__` becomes an own member like any other. */
export function setMember(object: ObjectValue, name: string, value: Value): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[name] = value;
  }
}

/** The own member of that name; undefined when there is none. */
export function getMember(object: ObjectValue, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
