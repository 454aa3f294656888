import { compareValues, isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { tooManyElements } from '../array/concatenate.ts';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FUNCTION_LIMITS } from '../limits.ts';
import { memberAtPath } from './member-path.ts';

const objects: Parameter = { name: 'object', type: ['object', 'array'] };
const removeInternal: Parameter = { name: 'removeInternal', type: 'boolean', optional: true };

/** An object as a list of one; the objects of an array, of which other elements are passed over. */
function objectsOf(value: ValueObject | Value[]): ValueObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [value];
}

/** The names of an object's members, without the system's (`_key`, `_rev` …) where that is asked for. */
function namesOf(object: ValueObject, withoutInternal: boolean): string[] {
  const names = Object.keys(object);
  return withoutInternal ? names.filter((name) => !name.startsWith('_')) : names;
}

/** What `read` gives for an object, or for all objects of an array one after the other. */
function ofAll<T extends Value>(
  functionName: string,
  value: ValueObject | Value[],
  read: (object: ValueObject) => T[],
): T[] {
  const found: T[] = [];
  for (const object of objectsOf(value)) {
    for (const element of read(object)) found.push(element);
    if (found.length > FUNCTION_LIMITS.arrayElementsMax) throw tooManyElements(functionName);
  }
  return found;
}

/** Functions that look into objects. */
export const memberFunctions: readonly FunctionDefinition[] = [
  {
    name: 'ATTRIBUTES',
    aliases: ['KEYS'],
    category: 'object',
    parameters: [objects, removeInternal, { name: 'sort', type: 'boolean', optional: true }],
    summary:
      'The names of an object’s members, or of all objects of an array; those that start with `_` may be left out, and all be sorted.',
    examples: [
      { expression: 'ATTRIBUTES({b: 1, a: 2}, false, true)', result: ['a', 'b'] },
      { expression: "ATTRIBUTES({_key: 'k', a: 3}, true)", result: ['a'] },
    ],
    evaluate: (_context: FunctionContext, value: ValueObject | Value[], withoutInternal = false, sort = false) => {
      const names = ofAll('ATTRIBUTES', value, (object) => namesOf(object, withoutInternal));
      return sort ? names.sort(compareValues) : names;
    },
  },
  {
    name: 'VALUES',
    category: 'object',
    parameters: [objects, removeInternal],
    summary:
      'The values of an object’s members, or of all objects of an array; those whose names start with `_` may be left out.',
    examples: [{ expression: "VALUES({_key: 'k', a: 3}, true)", result: [3] }],
    evaluate: (_context: FunctionContext, value: ValueObject | Value[], withoutInternal = false) =>
      ofAll('VALUES', value, (object) => namesOf(object, withoutInternal).map((name) => object[name])),
  },
  {
    name: 'HAS',
    aliases: ['HAS_KEY'],
    category: 'object',
    parameters: [objects, { name: 'key', type: 'string' }],
    summary: 'Whether an object, or one of an array of objects, has a member of that name, null or not.',
    examples: [
      { expression: "HAS({a: null}, 'a')", result: true },
      { expression: "HAS([{b: 1}], 'a')", result: false },
    ],
    evaluate: (_context: FunctionContext, value: ValueObject | Value[], key: string) =>
      objectsOf(value).some((object) => Object.hasOwn(object, key)),
  },
  {
    name: 'GET',
    category: 'object',
    parameters: [
      { name: 'object', type: 'object' },
      { name: 'path', type: 'string' },
      { name: 'default', type: 'any', optional: true },
    ],
    summary: 'The value at a dotted path; the default (null when absent) when a step is missing or not an object.',
    examples: [
      { expression: "GET({a: {b: 1}}, 'a.b')", result: 1 },
      { expression: "GET({a: 1}, 'a.b', 'N/A')", result: 'N/A' },
    ],
    evaluate: (_context: FunctionContext, object: ValueObject, path: string, otherwise: Value = null) => {
      const found = memberAtPath(object, path);
      return found === undefined ? otherwise : found;
    },
  },
  {
    name: 'ENTRIES',
    category: 'object',
    parameters: [{ name: 'object', type: 'object' }],
    summary: 'The members as pairs of name and value.',
    examples: [{ expression: 'ENTRIES({a: 1})', result: [['a', 1]] }],
    evaluate: (_context: FunctionContext, object: ValueObject) => Object.entries(object),
  },
];
