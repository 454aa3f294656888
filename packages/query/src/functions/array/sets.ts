import { compareValues, type Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { distinct, ValueSet } from '../value-set.ts';
import { concatenate } from './concatenate.ts';

const array: Parameter = { name: 'array', type: 'array' };

/** Functions that order arrays or read them as sets. Equality is the language's: `1` and `1.0` are one element. */
export const setFunctions: readonly FunctionDefinition[] = [
  {
    name: 'SORTED',
    aliases: ['SORT'],
    category: 'array',
    parameters: [array],
    summary: 'The elements in the total order of all values.',
    examples: [{ expression: "SORTED([3, 'a', null, 1])", result: [null, 1, 3, 'a'] }],
    evaluate: (_context: FunctionContext, values: Value[]) => values.toSorted(compareValues),
  },
  {
    name: 'SORTED_DESC',
    category: 'array',
    parameters: [array],
    summary: 'The elements in the reverse of the total order.',
    examples: [{ expression: 'SORTED_DESC([1, 3, 2])', result: [3, 2, 1] }],
    evaluate: (_context: FunctionContext, values: Value[]) =>
      values.toSorted((left, right) => compareValues(right, left)),
  },
  {
    name: 'SORTED_UNIQUE',
    category: 'array',
    parameters: [array],
    summary: 'The different elements in the total order.',
    examples: [{ expression: 'SORTED_UNIQUE([3, 1, 3])', result: [1, 3] }],
    evaluate: (_context: FunctionContext, values: Value[]) => distinct(values).sort(compareValues),
  },
  {
    name: 'UNIQUE',
    category: 'array',
    parameters: [array],
    summary: 'The different elements, each where it first stood.',
    examples: [{ expression: 'UNIQUE([3, 1, 3, 1.0])', result: [3, 1] }],
    evaluate: (_context: FunctionContext, values: Value[]) => distinct(values),
  },
  {
    name: 'UNION',
    category: 'array',
    parameters: [],
    rest: array,
    summary: 'The different elements of all arrays, each where it first stood.',
    examples: [{ expression: 'UNION([1, 2], [2, 3])', result: [1, 2, 3] }],
    evaluate: (_context: FunctionContext, ...arrays: Value[][]) => distinct(concatenate('UNION', arrays)),
  },
  {
    name: 'INTERSECTION',
    category: 'array',
    parameters: [array, array],
    rest: array,
    summary: 'The elements of the first array that every other array has too; repeated ones stay repeated.',
    examples: [{ expression: 'INTERSECTION([1, 1, 2], [1])', result: [1, 1] }],
    evaluate: (_context: FunctionContext, first: Value[], ...others: Value[][]) => {
      const sets = others.map((other) => new ValueSet(other));
      return first.filter((element) => sets.every((set) => set.has(element)));
    },
  },
  {
    name: 'MINUS',
    aliases: ['DIFFERENCE'],
    category: 'array',
    parameters: [array, array],
    summary: 'The elements of the first array that the second does not have; repeated ones stay repeated.',
    examples: [{ expression: 'MINUS([1, 1, 2], [2])', result: [1, 1] }],
    evaluate: (_context: FunctionContext, first: Value[], second: Value[]) => {
      const unwanted = new ValueSet(second);
      return first.filter((element) => !unwanted.has(element));
    },
  },
];
