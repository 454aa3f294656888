import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { NativeError } from './native-function.ts';

type Parameter = Value | undefined;

/** What a parameter is, in the words of scripts. */
function typeName(value: Parameter): string {
  if (value === undefined) return 'no value';
  if (value === null) return 'nil';
  if (typeof value === 'bigint') return 'number';
  if (value instanceof Uint8Array) return 'bytes that are no UTF-8 text';
  return typeof value === 'object' ? 'table' : typeof value;
}

/** The error for a parameter of the wrong type, worded as Lua does. */
export function badArgument(name: string, position: number, expected: string, value: Parameter): NativeError {
  return new NativeError(`bad argument #${position} to '${name}' (${expected} expected, got ${typeName(value)})`);
}

/** Reads the parameters of one call of the function `name`. Numbers stand for texts, as in Lua. */
export class Parameters {
  readonly #name: string;
  readonly #values: readonly Parameter[];

  constructor(name: string, values: readonly Parameter[]) {
    this.#name = name;
    this.#values = values;
  }

  /** @param position counted from 1 */
  has(position: number): boolean {
    const value = this.#values[position - 1];
    return value !== undefined && value !== null;
  }

  value(position: number): Value {
    return this.#values[position - 1] ?? null;
  }

  text(position: number): string {
    const value = this.#values[position - 1];
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'bigint') return String(value);
    throw badArgument(this.#name, position, 'string', value);
  }

  textOr(position: number, otherwise: string): string {
    return this.has(position) ? this.text(position) : otherwise;
  }

  /** The bytes of a text, or bytes. */
  bytes(position: number): Buffer {
    const value = this.#values[position - 1];
    return value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : Buffer.from(this.text(position));
  }

  number(position: number): number {
    const value = this.#values[position - 1];
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) throw badArgument(this.#name, position, 'number', value);
    return number;
  }

  /** A whole number; one with a fraction is refused. */
  integer(position: number): number {
    const number = this.number(position);
    if (Number.isInteger(number)) return number;
    throw new NativeError(`bad argument #${position} to '${this.#name}' (number has no integer representation)`);
  }

  /** A count of things to be made: from 0 to `max`. */
  count(position: number, max: number): number {
    const number = this.integer(position);
    if (number >= 0 && number <= max) return number;
    throw new NativeError(`bad argument #${position} to '${this.#name}' (must be from 0 to ${max})`);
  }

  object(position: number): ValueObject {
    const value = this.#values[position - 1];
    if (isObject(value)) return value;
    throw badArgument(this.#name, position, Array.isArray(value) ? 'table with names' : 'table', value);
  }

  /** An object that may be absent; anything else counts as none. */
  optionalObject(position: number): ValueObject {
    const value = this.#values[position - 1];
    return isObject(value) ? value : {};
  }
}
