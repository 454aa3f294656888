import { isObject, type Value } from '@cairn/protocol/internal';
import { isEqual } from './comparison.ts';

/** `value IN container`: an element of an array, a key of an object; false for any other container. */
export function isMember(value: Value, container: Value): boolean {
  if (Array.isArray(container)) {
    for (let index = 0; index < container.length; index++) {
      if (isEqual(container[index], value)) return true;
    }
    return false;
  }
  return isObject(container) && typeof value === 'string' && Object.hasOwn(container, value);
}

/** A container that does not change while values are looked up in it, made ready for that. */
export class Membership {
  readonly #container: Value;
  readonly #scalars: Set<Value> | undefined;
  /** Elements that a `Set` would not tell apart rightly: arrays, objects, dates, bytes and very large numbers. */
  readonly #others: Value[] = [];

  constructor(container: Value) {
    this.#container = container;
    if (!Array.isArray(container)) return;
    this.#scalars = new Set();
    for (const element of container) {
      if (isPlain(element)) this.#scalars.add(element);
      else this.#others.push(element);
    }
  }

  has(value: Value): boolean {
    if (this.#scalars === undefined) return isMember(value, this.#container);
    if (isPlain(value)) return this.#scalars.has(value);
    return this.#others.length > 0 && isMember(value, this.#others);
  }
}

function isPlain(value: Value): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value);
  return typeof value !== 'bigint' && (typeof value !== 'object' || value === null);
}
