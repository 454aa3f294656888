import type { Value } from '@cairn/protocol';
import { parseJson } from '@cairn/protocol/internal';

/**
 * JSON that gives every stored value back: dates as `{"$date": milliseconds since 1970}`, bytes as
 * `{"$bytes": base64}`, and an object that would look like one of these as `{"$object": {…}}`.
 */
const TAGS: ReadonlySet<string> = new Set(['$date', '$bytes', '$object']);

const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

export function writeTaggedJson(value: Value): string {
  return JSON.stringify(value, tag);
}

function tag(this: unknown, key: string, replaced: unknown): unknown {
  // Dates and buffers have been through their own toJSON by now: the holder still has what they were.
  const value = (this as Record<string, unknown>)[key];
  if (typeof value === 'bigint') return rawJSON(value.toString());
  // A large whole double is written with an exponent: all its digits would read back as an exact integer.
  if (typeof value === 'number') return isLargeWhole(value) ? rawJSON(value.toExponential()) : value;
  if (value instanceof Date) return new Tagged('$date', value.getTime());
  if (value instanceof Uint8Array) return new Tagged('$bytes', Buffer.from(value).toString('base64'));
  if (looksTagged(value) && !(this instanceof Tagged)) return new Tagged('$object', value);
  return replaced;
}

function isLargeWhole(number: number): boolean {
  return Number.isInteger(number) && !Number.isSafeInteger(number);
}

/** A tag that we wrote ourselves: its content is not tagged once more. */
class Tagged {
  constructor(name: string, content: unknown) {
    Object.defineProperty(this, name, { value: content, enumerable: true });
  }
}

function looksTagged(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || value instanceof Tagged) return false;
  const names = Object.keys(value);
  return names.length === 1 && TAGS.has(names[0]);
}

/** The value that `writeTaggedJson` wrote. Throws SyntaxError for text that is no such JSON. */
export function readTaggedJson(text: string): Value {
  const value = parseJson(text);
  return text.includes('"$') ? untag(value) : value;
}

/** Puts dates, bytes and escaped objects in the place of their tags. */
export function untag(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(untag);
  const object = value as { [key: string]: Value };
  if (looksTagged(object)) {
    const [name] = Object.keys(object);
    if (name === '$object') return untagMembers(object.$object as { [key: string]: Value });
    return name === '$date' ? dateOf(object.$date) : bytesOf(object.$bytes);
  }
  return untagMembers(object);
}

function untagMembers(object: { [key: string]: Value }): Value {
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    throw new SyntaxError('$object wants an object');
  const plain = {};
  for (const [name, value] of Object.entries(object)) {
    Object.defineProperty(plain, name, { value: untag(value), enumerable: true, configurable: true, writable: true });
  }
  return plain;
}

function dateOf(milliseconds: Value): Date {
  if (typeof milliseconds !== 'number') throw new SyntaxError('$date wants milliseconds');
  return new Date(milliseconds);
}

function bytesOf(base64: Value): Uint8Array {
  if (typeof base64 !== 'string') throw new SyntaxError('$bytes wants base64');
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
