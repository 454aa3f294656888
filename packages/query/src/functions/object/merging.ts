import { isObject, setMember, type Value, type ValueObject, WalkBudget } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError, FunctionLimitError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';
import { getMember } from './get-member.ts';

const object: Parameter = { name: 'object', type: 'object' };
const objectOrNull: Parameter = { name: 'object', type: ['object', 'null'] };
const key: Parameter = { name: 'key', type: 'string' };

/** The members of an object that pass, in their order. */
function pick(source: ValueObject, passes: (name: string) => boolean): ValueObject {
  const picked: ValueObject = {};
  for (const name of Object.keys(source)) if (passes(name)) setMember(picked, name, source[name]);
  return picked;
}

function merge(sources: readonly (ValueObject | null)[]): ValueObject {
  const merged: ValueObject = {};
  for (const source of sources) {
    for (const name of Object.keys(source ?? {})) setMember(merged, name, source![name]);
  }
  return merged;
}

function deepMerge(left: ValueObject, right: ValueObject, walk: WalkBudget, depth: number): ValueObject {
  if (depth > FUNCTION_LIMITS.mergeDepthMax) {
    throw new FunctionLimitError('DEEP_MERGE', 'the objects are nested too deeply', FUNCTION_LIMITS.mergeDepthMax);
  }
  const merged = merge([left]);
  const names = Object.keys(right);
  walk.enter(names.length, depth);
  for (const name of names) {
    const before = getMember(merged, name);
    const after = right[name];
    setMember(merged, name, isObject(before) && isObject(after) ? deepMerge(before, after, walk, depth + 1) : after);
  }
  return merged;
}

function mergeAll(first: ValueObject, others: readonly ValueObject[]): ValueObject {
  const walk = new WalkBudget();
  walk.begin();
  const merged = others.reduce((result, other) => deepMerge(result, other, walk, 1), first);
  walk.end();
  return merged;
}

function fromEntries(entries: readonly Value[]): ValueObject {
  const built: ValueObject = {};
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') {
      throw new FunctionError('FROM_ENTRIES', 'every element must be a pair of a string and a value');
    }
    setMember(built, entry[0], entry[1]);
  }
  return built;
}

/** Functions that make an object of other objects. */
export const mergingFunctions: readonly FunctionDefinition[] = [
  {
    name: 'KEEP',
    category: 'object',
    parameters: [object, key],
    rest: key,
    summary: 'The object with only the members of these names.',
    examples: [{ expression: "KEEP({a: 1, b: 2}, 'a', 'z')", result: { a: 1 } }],
    evaluate: (_context: FunctionContext, source: ValueObject, ...keys: string[]) => {
      const wanted = new Set(keys);
      return pick(source, (name) => wanted.has(name));
    },
  },
  {
    name: 'UNSET',
    aliases: ['WITHOUT'],
    category: 'object',
    parameters: [object, key],
    rest: key,
    summary: 'The object without the members of these names.',
    examples: [{ expression: "UNSET({a: 1, b: 2}, 'a')", result: { b: 2 } }],
    evaluate: (_context: FunctionContext, source: ValueObject, ...keys: string[]) => {
      const unwanted = new Set(keys);
      return pick(source, (name) => !unwanted.has(name));
    },
  },
  {
    name: 'MERGE',
    aliases: ['MERGE_OBJECTS'],
    category: 'object',
    parameters: [objectOrNull],
    rest: objectOrNull,
    summary: 'The members of all objects; of two with one name the later counts. Nulls are passed over.',
    examples: [
      { expression: 'MERGE({a: 1}, null, {b: 2})', result: { a: 1, b: 2 } },
      { expression: 'MERGE({a: {x: 1}}, {a: {y: 2}})', result: { a: { y: 2 } } },
    ],
    evaluate: (_context: FunctionContext, ...sources: (ValueObject | null)[]) => merge(sources),
  },
  {
    name: 'DEEP_MERGE',
    aliases: ['MERGE_DEEP', 'MERGE_RECURSIVE'],
    category: 'object',
    parameters: [object],
    rest: object,
    summary:
      'The members of all objects, objects under one name merged likewise; anything else is replaced by the later.',
    examples: [{ expression: 'DEEP_MERGE({a: {x: 1}}, {a: {y: 2}})', result: { a: { x: 1, y: 2 } } }],
    evaluate: (_context: FunctionContext, first: ValueObject, ...others: ValueObject[]) => mergeAll(first, others),
  },
  {
    name: 'FROM_ENTRIES',
    category: 'object',
    parameters: [{ name: 'entries', type: 'array' }],
    summary: 'An object of pairs of name and value; of two with one name the later counts.',
    examples: [{ expression: "FROM_ENTRIES([['a', 1], ['a', 2]])", result: { a: 2 } }],
    evaluate: (_context: FunctionContext, entries: Value[]) => fromEntries(entries),
  },
];
