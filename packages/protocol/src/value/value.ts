/**
 * Everything that can be stored, sent or computed.
 *
 * Numbers are JavaScript numbers; a `bigint` stands only for an integer outside ±(2^53 − 1), down to −2^63 and up to
 * 2^64 − 1. Objects are plain objects whose members keep the order in which they were written; a member called
 * `__proto__` is an own property like any other.
 */
export type Value = null | boolean | number | bigint | string | Date | Uint8Array | Value[] | { [key: string]: Value };

/** A value with members. */
export type ValueObject = { [key: string]: Value };

/** Whether a value is an object with members: not null, a list, a date or bytes. */
export function isObject(value: Value | undefined): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  );
}

/** Sets a member by a name that came from outside: `__proto__` becomes an own property and reaches no prototype. */
export function setMember<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}
