import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';

const array: Parameter = { name: 'array', type: 'array' };
const count: Parameter = { name: 'count', type: 'integer' };

/** `length` elements from `start` on; both are clamped, a negative start counts from the end. */
function slice(values: readonly Value[], start: number, length = Number.POSITIVE_INFINITY): Value[] {
  const from = start < 0 ? Math.max(0, values.length + start) : start;
  return values.slice(from, length < 0 ? from : from + length);
}

/** Functions that answer a part of an array. */
export const partFunctions: readonly FunctionDefinition[] = [
  {
    name: 'SLICE',
    category: 'array',
    parameters: [array, { name: 'start', type: 'integer' }, { name: 'length', type: 'integer', optional: true }],
    summary:
      'The elements from a start on, all or so many; a negative start counts from the end, positions beyond the array clamp.',
    examples: [
      { expression: 'SLICE([1, 2, 3, 4], 1, 2)', result: [2, 3] },
      { expression: 'SLICE([1, 2, 3, 4], -2)', result: [3, 4] },
      { expression: 'SLICE([1, 2, 3], 4)', result: [] },
    ],
    evaluate: (_context: FunctionContext, values: Value[], start: number, length?: number) =>
      slice(values, start, length),
  },
  {
    name: 'TAKE',
    category: 'array',
    parameters: [array, count],
    summary: 'The first so many elements.',
    examples: [{ expression: 'TAKE([1, 2, 3], 2)', result: [1, 2] }],
    evaluate: (_context: FunctionContext, values: Value[], length: number) => values.slice(0, Math.max(0, length)),
  },
  {
    name: 'DROP',
    aliases: ['SKIP'],
    category: 'array',
    parameters: [array, count],
    summary: 'All but the first so many elements.',
    examples: [{ expression: 'DROP([1, 2, 3], 1)', result: [2, 3] }],
    evaluate: (_context: FunctionContext, values: Value[], length: number) => values.slice(Math.max(0, length)),
  },
  {
    name: 'POP',
    category: 'array',
    parameters: [array],
    summary: 'The array without its last element.',
    examples: [{ expression: 'POP([1, 2])', result: [1] }],
    evaluate: (_context: FunctionContext, values: Value[]) => values.slice(0, -1),
  },
  {
    name: 'SHIFT',
    category: 'array',
    parameters: [array],
    summary: 'The array without its first element.',
    examples: [
      { expression: 'SHIFT([1, 2])', result: [2] },
      { expression: 'SHIFT([])', result: [] },
    ],
    evaluate: (_context: FunctionContext, values: Value[]) => values.slice(1),
  },
  {
    name: 'CHUNK',
    category: 'array',
    parameters: [array, { name: 'size', type: 'integer' }],
    summary: 'The elements in arrays of a size, the last of which may be shorter.',
    examples: [{ expression: 'CHUNK([1, 2, 3], 2)', result: [[1, 2], [3]] }],
    evaluate: (_context: FunctionContext, values: Value[], size: number) => {
      if (size < 1) throw new FunctionError('CHUNK', `argument 2 (size) must be at least 1, got ${size}`);
      const chunks: Value[] = [];
      for (let start = 0; start < values.length; start += size) chunks.push(values.slice(start, start + size));
      return chunks;
    },
  },
];
