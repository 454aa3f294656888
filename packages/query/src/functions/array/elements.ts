import { isObject, type Value, valuesEqual } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';

const array: Parameter = { name: 'array', type: 'array' };

/** Index of the first element equal to `wanted` from `start` on, -1 when there is none; a negative start counts from the end. */
function indexOf(values: readonly Value[], wanted: Value, start = 0): number {
  const from = start < 0 ? Math.max(0, values.length + start) : start;
  for (let index = from; index < values.length; index++) if (valuesEqual(values[index], wanted)) return index;
  return -1;
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return codePointCount(value);
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

function codePointCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Functions that ask something of an array's elements. */
export const elementFunctions: readonly FunctionDefinition[] = [
  {
    name: 'LENGTH',
    category: 'array',
    parameters: [{ name: 'value', type: 'any' }],
    summary:
      'How many elements an array, members an object, code points a string or bytes a byte string has; 0 for other values.',
    examples: [
      { expression: 'LENGTH([1, 2])', result: 2 },
      { expression: "LENGTH('é😀')", result: 2 },
      { expression: 'LENGTH(null)', result: 0 },
    ],
    evaluate: (_context: FunctionContext, value: Value) => lengthOf(value),
  },
  {
    name: 'FIRST',
    category: 'array',
    parameters: [array],
    summary: 'The first element; null for an empty array.',
    examples: [{ expression: 'FIRST([1, 2])', result: 1 }],
    evaluate: (_context: FunctionContext, values: Value[]) => values[0] ?? null,
  },
  {
    name: 'LAST',
    category: 'array',
    parameters: [array],
    summary: 'The last element; null for an empty array.',
    examples: [{ expression: 'LAST([1, 2])', result: 2 }],
    evaluate: (_context: FunctionContext, values: Value[]) => values.at(-1) ?? null,
  },
  {
    name: 'NTH',
    category: 'array',
    parameters: [array, { name: 'index', type: 'integer' }],
    summary: 'The element at an index, counted from 0, or from the end when it is negative; null when there is none.',
    examples: [
      { expression: 'NTH([1, 2, 3], 1)', result: 2 },
      { expression: 'NTH([1, 2, 3], -1)', result: 3 },
    ],
    evaluate: (_context: FunctionContext, values: Value[], index: number) => values.at(index) ?? null,
  },
  {
    name: 'POSITION',
    aliases: ['INDEX_OF'],
    category: 'array',
    parameters: [array, { name: 'value', type: 'any' }, { name: 'start', type: 'integer', optional: true }],
    summary: 'The index of the first element equal to a value, looked for from `start` on; -1 when there is none.',
    examples: [
      { expression: 'POSITION([1, 2], 2.0)', result: 1 },
      { expression: 'POSITION([1, 2, 1], 1, 1)', result: 2 },
      { expression: "POSITION(['a'], 'z')", result: -1 },
    ],
    evaluate: (_context: FunctionContext, values: Value[], wanted: Value, start?: number) =>
      indexOf(values, wanted, start),
  },
  {
    name: 'CONTAINS_ARRAY',
    category: 'array',
    parameters: [array, { name: 'value', type: 'any' }],
    summary: 'Whether an element equals a value.',
    examples: [{ expression: 'CONTAINS_ARRAY([[1]], [1])', result: true }],
    evaluate: (_context: FunctionContext, values: Value[], wanted: Value) => indexOf(values, wanted) >= 0,
  },
];
