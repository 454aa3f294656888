import { type Value, valuesEqual, WalkBudget } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';
import { concatenate, tooManyElements } from './concatenate.ts';

const array: Parameter = { name: 'array', type: 'array' };
const value: Parameter = { name: 'value', type: 'any' };

/** Whole numbers from `start` to `end`, both included, `step` apart. */
export function range(functionName: string, start: number, end: number, step: number): number[] {
  if (step === 0) throw new FunctionError(functionName, 'the step must not be 0');
  const length = Math.max(0, Math.floor((end - start) / step) + 1);
  if (length > FUNCTION_LIMITS.arrayElementsMax) throw tooManyElements(functionName);
  return Array.from({ length }, (_, index) => start + index * step);
}

/** Opens arrays inside `values`, `depth` levels deep, into `flat`. */
function flattenInto(flat: Value[], values: readonly Value[], depth: number, walk: WalkBudget, level: number): void {
  walk.enter(values.length, level);
  for (const element of values) {
    if (Array.isArray(element) && depth > 0) flattenInto(flat, element, depth - 1, walk, level + 1);
    else if (flat.push(element) > FUNCTION_LIMITS.arrayElementsMax) throw tooManyElements('FLATTEN');
  }
}

function withoutValue(values: readonly Value[], unwanted: Value, limit: number): Value[] {
  let left = limit;
  return values.filter((element) => {
    const goes = left > 0 && valuesEqual(element, unwanted);
    if (goes) left--;
    return !goes;
  });
}

/** Functions that make an array of other values. */
export const buildingFunctions: readonly FunctionDefinition[] = [
  {
    name: 'RANGE',
    category: 'array',
    parameters: [
      { name: 'start', type: 'integer' },
      { name: 'end', type: ['integer', 'null'], optional: true },
      { name: 'step', type: 'integer', optional: true },
    ],
    summary: 'The whole numbers from start to end, both included, a step apart; with one argument from 0 to it.',
    examples: [
      { expression: 'RANGE(3)', result: [0, 1, 2, 3] },
      { expression: 'RANGE(5, 1, -2)', result: [5, 3, 1] },
    ],
    evaluate: (_context: FunctionContext, first: number, end?: number | null, step = 1) => {
      if (end === null) return null; // left out it is another call, so a null is not the same as nothing here
      return end === undefined ? range('RANGE', 0, first, step) : range('RANGE', first, end, step);
    },
  },
  {
    name: 'PUSH',
    category: 'array',
    parameters: [array, value],
    summary: 'The array with a value after its last element.',
    examples: [{ expression: 'PUSH([1], [2])', result: [1, [2]] }],
    evaluate: (_context: FunctionContext, values: Value[], added: Value) => [...values, added],
  },
  {
    name: 'UNSHIFT',
    category: 'array',
    parameters: [array, value],
    rest: value,
    summary: 'The array with values before its first element.',
    examples: [{ expression: 'UNSHIFT([3], 1, 2)', result: [1, 2, 3] }],
    evaluate: (_context: FunctionContext, values: Value[], ...added: Value[]) => [...added, ...values],
  },
  {
    name: 'APPEND',
    category: 'array',
    parameters: [array, value],
    rest: value,
    summary: 'The array with the elements of further arrays, or other values as they are, after its last element.',
    examples: [{ expression: 'APPEND([1], [2, 3], 4)', result: [1, 2, 3, 4] }],
    evaluate: (_context: FunctionContext, values: Value[], ...added: Value[]) =>
      concatenate('APPEND', [values, ...added.map(opened)]),
  },
  {
    name: 'FLATTEN',
    category: 'array',
    parameters: [array, { name: 'depth', type: 'integer', optional: true }],
    summary: 'The array with the arrays in it opened, one level deep or as deep as asked.',
    examples: [
      { expression: 'FLATTEN([1, [2, [3]]])', result: [1, 2, [3]] },
      { expression: 'FLATTEN([1, [2, [3]]], 2)', result: [1, 2, 3] },
    ],
    evaluate: (_context: FunctionContext, values: Value[], depth = 1) => {
      const flat: Value[] = [];
      const walk = new WalkBudget();
      walk.begin();
      flattenInto(flat, values, depth, walk, 1);
      walk.end();
      return flat;
    },
  },
  {
    name: 'ZIP',
    category: 'array',
    parameters: [
      { name: 'first', type: 'array' },
      { name: 'second', type: 'array' },
    ],
    summary: 'Pairs of the elements that stand at the same index, up to the shorter length.',
    examples: [
      {
        expression: "ZIP([1, 2, 3], ['a', 'b'])",
        result: [
          [1, 'a'],
          [2, 'b'],
        ],
      },
    ],
    evaluate: (_context: FunctionContext, first: Value[], second: Value[]) =>
      first.slice(0, second.length).map((element, index) => [element, second[index]]),
  },
  {
    name: 'REMOVE_VALUE',
    category: 'array',
    parameters: [array, value, { name: 'limit', type: 'integer', optional: true }],
    summary: 'The array without the elements equal to a value, or without the first so many of them.',
    examples: [
      { expression: 'REMOVE_VALUE([1, 2, 1, 3], 1)', result: [2, 3] },
      { expression: 'REMOVE_VALUE([1, 2, 1], 1, 1)', result: [2, 1] },
    ],
    evaluate: (_context: FunctionContext, values: Value[], unwanted: Value, limit = Number.POSITIVE_INFINITY) =>
      withoutValue(values, unwanted, limit),
  },
];

/** An array as it is, any other value as an array of one, so that `concat` adds it whole. */
function opened(added: Value): Value[] {
  return Array.isArray(added) ? added : [added];
}
