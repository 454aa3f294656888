import { LIMITS } from '../limits.ts';
import { utf8Compare } from './compare.ts';
import { setMember, type Value } from './value.ts';
import { ValueLimitError } from './value-limit-error.ts';
import { nestedTooDeep, WalkBudget } from './walk-budget.ts';

/**
 * A value as JSON data: dates as ISO 8601 text, bytes as base64. Integers beyond 2^53 stay bigints (see `stringifyJson`).
 * @throws ValueLimitError for values that are too large or too deep to be walked
 */
export function toJson(value: Value): unknown {
  const walk = new WalkBudget();
  walk.begin();
  const json = jsonData(value, walk, 1);
  walk.end();
  return json;
}

function jsonData(value: Value, walk: WalkBudget, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return base64(value);
  if (Array.isArray(value)) {
    walk.enter(value.length, depth);
    return value.map((element) => jsonData(element, walk, depth + 1));
  }
  const names = Object.keys(value);
  walk.enter(names.length, depth);
  const object: Record<string, unknown> = {};
  for (const name of names) setMember(object, name, jsonData(value[name], walk, depth + 1));
  return object;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** How JSON text is laid out. */
export interface JsonLayout {
  /** Spaces a level; none for one line. */
  readonly indent?: number;
  /** Members in the order of their names' bytes in UTF-8, so that equal values have equal text. */
  readonly sorted?: boolean;
}

/**
 * A value as JSON text. Integers beyond 2^53 are written with all their digits.
 * @throws ValueLimitError for values whose text would be too long, or that are nested too deep
 */
export function stringifyJson(value: Value, layout: JsonLayout = {}): string {
  const walk = new WalkBudget();
  walk.begin();
  const text = new JsonWriter(layout, walk).write(value, layout.indent ? '\n' : '', 1);
  walk.end();
  return text;
}

class JsonWriter {
  readonly #indent: string;
  readonly #isSorted: boolean;
  readonly #walk: WalkBudget;
  #lengthLeft: number = LIMITS.jsonTextMaxLength;

  constructor(layout: JsonLayout, walk: WalkBudget) {
    this.#indent = ' '.repeat(layout.indent ?? 0);
    this.#isSorted = layout.sorted ?? false;
    this.#walk = walk;
  }

  /** @param line what stands between lines on the value's level: a line break and its indentation, or nothing */
  write(value: Value, line: string, depth: number): string {
    switch (typeof value) {
      case 'string':
        return this.#counted(JSON.stringify(value));
      case 'number':
        return this.#counted(Number.isFinite(value) ? (Object.is(value, -0) ? '0' : String(value)) : 'null');
      case 'object':
        return value === null ? this.#counted('null') : this.#object(value, line, depth);
      default:
        return this.#counted(String(value ?? null));
    }
  }

  #object(value: Value & object, line: string, depth: number): string {
    if (value instanceof Date || value instanceof Uint8Array) return this.#counted(JSON.stringify(toJson(value)));
    if (depth > LIMITS.computedNestingMaxDepth) throw nestedTooDeep();
    const inner = line === '' ? '' : line + this.#indent;
    if (Array.isArray(value)) {
      this.#walk.enter(value.length, depth);
      const elements = value.map((element) => this.#item('', element, inner, depth));
      return list('[', elements, ']', inner, line);
    }
    const names = Object.keys(value);
    if (this.#isSorted && !isInOrder(names)) names.sort(utf8Compare);
    this.#walk.enter(names.length, depth);
    const separator = line === '' ? ':' : ': ';
    const members = names.map((name) => this.#item(JSON.stringify(name) + separator, value[name], inner, depth));
    return list('{', members, '}', inner, line);
  }

  #item(prefix: string, value: Value, line: string, depth: number): string {
    this.#counted(prefix);
    this.#counted(line);
    return prefix + this.write(value, line, depth + 1);
  }

  #counted(text: string): string {
    this.#lengthLeft -= text.length;
    if (this.#lengthLeft >= 0) return text;
    const limit = LIMITS.jsonTextMaxLength;
    throw new ValueLimitError(`A value written as JSON would be longer than ${limit} characters`, limit);
  }
}

/** What was put together in order stays so, but for names that are whole numbers: engines put those first. */
function isInOrder(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) if (utf8Compare(names[i - 1]!, names[i]!) > 0) return false;
  return true;
}

function list(open: string, parts: string[], close: string, inner: string, outer: string): string {
  return parts.length === 0 ? open + close : open + inner + parts.join(`,${inner}`) + outer + close;
}

/** Sixteen digits in a row may be an integer beyond ±(2^53 − 1); fewer never are. */
const LONG_DIGITS = /[0-9]{16}/;
const INTEGER = /^-?[0-9]+$/;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** The value of JSON text; integers of 64 bits stay exact, as bigints beyond ±(2^53 − 1). @throws SyntaxError */
export function parseJson(text: string): Value {
  return LONG_DIGITS.test(text) ? (JSON.parse(text, exactInteger) as Value) : (JSON.parse(text) as Value);
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  if (source === undefined || !INTEGER.test(source)) return value;
  const exact = BigInt(source);
  // Wider ones do not fit into the stored form: they stay the nearest double, as JSON readers everywhere have it.
  return exact >= INT64_MIN && exact <= UINT64_MAX ? exact : value;
}
