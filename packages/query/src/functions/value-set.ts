import { createHash } from 'node:crypto';
import { CairnError, isObject, type Value } from '@cairn/protocol/internal';
import { FUNCTION_LIMITS } from './limits.ts';
import { fitsInText } from './value-size.ts';

/** What a `Set` or `Map` tells values apart by: equal keys exactly for equal values. */
export type ValueKey = string | number | boolean | null;

/**
 * A key that two values share exactly when they are equal: `1` and `1.0`, objects whose members stand in another
 * order, large integers and the doubles of the same size.
 */
export function valueKey(value: Value): ValueKey {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (typeof value === 'string') return `s${value}`;
  const limit = FUNCTION_LIMITS.textLengthMax;
  if (!fitsInText(value, limit)) {
    throw new CairnError('limit_exceeded', `a value of more than ${limit} characters cannot be told from others`, {
      details: { limit },
    });
  }
  const key = structuralKey(value);
  return key.length <= KEY_LENGTH_KEPT_MAX ? key : createHash('sha256').update(key).digest('base64');
}

/**
 * UTF-16 units of a key up to which it is kept as it is; longer ones are kept as their SHA-256. A value that shares
 * its parts may have a key that is a million times its size, and a table keeps as many keys as it has groups.
 */
const KEY_LENGTH_KEPT_MAX = 1024;

function structuralKey(value: Value): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isInteger(value) ? `${BigInt(value)}` : `${value}`;
    case 'object':
      return value === null ? 'null' : compoundKey(value);
    default:
      return `${value}`;
  }
}

function compoundKey(value: Value & object): string {
  if (Array.isArray(value)) return `[${value.map(structuralKey).join()}]`;
  if (value instanceof Date) return `d${value.getTime()}`;
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('base64')}`;
  if (!isObject(value)) throw new TypeError('not a value');
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${structuralKey(value[name])}`).join()}}`;
}

/** A set of values by the language's equality. */
export class ValueSet {
  readonly #keys = new Set<ValueKey>();

  constructor(values: Iterable<Value> = []) {
    for (const value of values) this.add(value);
  }

  /** The set whose `keys` these were. */
  static withKeys(keys: readonly ValueKey[]): ValueSet {
    const set = new ValueSet();
    for (const key of keys) set.#keys.add(key);
    return set;
  }

  /** What its values are told apart by. */
  keys(): ValueKey[] {
    return [...this.#keys];
  }

  get size(): number {
    return this.#keys.size;
  }

  has(value: Value): boolean {
    return this.#keys.has(valueKey(value));
  }

  /** Whether the value is new. */
  add(value: Value): boolean {
    const size = this.#keys.size;
    return this.#keys.add(valueKey(value)).size > size;
  }
}

/** The first of each group of equal values, in order. */
export function distinct(values: readonly Value[]): Value[] {
  const seen = new ValueSet();
  return values.filter((value) => seen.add(value));
}
