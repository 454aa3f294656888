import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { patternOf } from '../text/pattern.ts';
import { listOf, SCHEMA_KEYWORDS } from './schema-shape.ts';

const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Longer texts are no address of mail (RFC 5321). */
const EMAIL_MAX_LENGTH = 254;

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

const TYPES: ReadonlyMap<string, (value: Value) => boolean> = new Map<string, (value: Value) => boolean>([
  ['string', (value) => typeof value === 'string'],
  ['number', isNumber],
  ['boolean', (value) => typeof value === 'boolean'],
  ['table', (value) => Array.isArray(value) || isObject(value)],
  ['array', (value) => listOf(value) !== undefined],
  ['object', (value) => isObject(value)],
  ['email', (value) => typeof value === 'string' && value.length <= EMAIL_MAX_LENGTH && EMAIL.test(value)],
  ['uuid', (value) => typeof value === 'string' && UUID.test(value)],
]);

/** The types that `validate_input` knows. */
const INPUT_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'array', 'object']);

function member(object: ValueObject, name: string): Value {
  return Object.hasOwn(object, name) ? object[name] : null;
}

/** Fields in the order of their names, each with its rule. */
function sortedRules(rules: ValueObject): [string, ValueObject][] {
  return Object.keys(rules)
    .sort()
    .map((field) => [field, isObject(rules[field]) ? rules[field] : {}]);
}

/** Whether a table holds rules for fields and is no JSON Schema: none of its names is a keyword, and all values are tables. */
export function isRules(table: Value): table is ValueObject {
  if (!isObject(table)) return false;
  const names = Object.keys(table);
  return names.length > 0 && names.every((name) => !SCHEMA_KEYWORDS.has(name) && isObject(table[name]));
}

/** What `min` and `max` are about: the value of a number, the length of anything else. */
function sizeOf(value: Value): { readonly size: number | bigint; readonly unit: string } | undefined {
  if (isNumber(value)) return { size: value, unit: '' };
  if (typeof value === 'string') return { size: [...value].length, unit: ' characters' };
  if (Array.isArray(value)) return { size: value.length, unit: ' items' };
  return isObject(value) ? { size: Object.keys(value).length, unit: ' members' } : undefined;
}

/** What is wrong with a field, or undefined. */
function problemOf(field: string, value: Value, rule: ValueObject): string | undefined {
  const { type, min, max, matches } = rule;
  if (value === null) return rule.required === true ? `${field} is required` : undefined;
  if (typeof type === 'string' && TYPES.get(type)?.(value) !== true) return `${field} must be of type ${type}`;
  const measured = sizeOf(value);
  if (isNumber(min) && !(measured !== undefined && measured.size >= min)) {
    return `${field} must be at least ${min}${measured?.unit ?? ''}`;
  }
  if (isNumber(max) && !(measured !== undefined && measured.size <= max)) {
    return `${field} must be at most ${max}${measured?.unit ?? ''}`;
  }
  if (typeof matches === 'string' && !(typeof value === 'string' && patternOf(matches).test(value))) {
    return `${field} does not have the right form`;
  }
  return undefined;
}

/** The first thing that is wrong with data by rules for its fields, or undefined. */
export function checkRules(data: Value, rules: ValueObject): string | undefined {
  const fields = isObject(data) ? data : {};
  for (const [field, rule] of sortedRules(rules)) {
    const problem = problemOf(field, member(fields, field), rule);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The same in the words of `validate_input`. */
export function checkInput(input: ValueObject, rules: ValueObject): string | undefined {
  for (const [field, { required, type, min, max }] of sortedRules(rules)) {
    const value = member(input, field);
    if (value === null) {
      if (required === true) return `Required field missing: ${field}`;
      continue;
    }
    if (typeof type === 'string' && !(INPUT_TYPES.has(type) && TYPES.get(type)!(value))) {
      return `Field ${field} must be of type ${type}`;
    }
    if (isNumber(value) && isNumber(min) && value < min) return `Field ${field} must be at least ${min}`;
    if (isNumber(value) && isNumber(max) && value > max) return `Field ${field} must be at most ${max}`;
  }
  return undefined;
}
