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

/** Shorter arrays are looked through. */
const READY_MIN_LENGTH = 16;
/** Answers of subqueries that have been asked once (`undefined`) or more often. */
const answersAsked = new WeakMap<readonly Value[], Membership | undefined>();

/**
 * `value IN (FOR …)`. The answers of a subquery that is computed once are the same array in each row: they are made ready
 * when they are asked for the second time, and those of one row alone are only looked through.
 */
export function isAnswer(value: Value, answers: Value): boolean {
  if (!Array.isArray(answers) || answers.length < READY_MIN_LENGTH) return isMember(value, answers);
  const ready = answersAsked.get(answers);
  if (ready !== undefined) return ready.has(value);
  if (!answersAsked.has(answers)) {
    answersAsked.set(answers, undefined);
    return isMember(value, answers);
  }
  const membership = new Membership(answers);
  answersAsked.set(answers, membership);
  return membership.has(value);
}

function isPlain(value: Value): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value);
  return typeof value !== 'bigint' && (typeof value !== 'object' || value === null);
}
