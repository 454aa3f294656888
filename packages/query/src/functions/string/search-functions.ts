import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Lambda, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { findElement } from '../higher-order/higher-order-functions.ts';
import { codePointIndex } from './code-points.ts';

const text: Parameter = { name: 'text', type: 'string' };
const search: Parameter = { name: 'search', type: 'string' };

/** FIND has two meanings: the place of a text in a text, and the element of an array that meets a condition. */
function findFirst(value: string | Value[], wanted: string | Lambda): Value {
  if (typeof value === 'string' && typeof wanted === 'string') return codePointIndex(value, value.indexOf(wanted));
  if (typeof value !== 'string' && typeof wanted !== 'string') return findElement(value, wanted);
  throw new FunctionError('FIND_FIRST', 'takes two strings, or an array and a lambda');
}

/** Functions that look for a text in another. Places are counted in code points from 0; -1 means nowhere. */
export const searchFunctions: readonly FunctionDefinition[] = [
  {
    name: 'CONTAINS',
    category: 'string',
    parameters: [text, search, { name: 'returnIndex', type: 'boolean', optional: true }],
    summary: 'Whether the text holds another, or with `returnIndex` where it first does.',
    examples: [
      { expression: "CONTAINS('abc', 'b')", result: true },
      { expression: "CONTAINS('éa', 'a', true)", result: 1 },
    ],
    evaluate: (_context: FunctionContext, within: string, wanted: string, returnIndex = false) =>
      returnIndex ? codePointIndex(within, within.indexOf(wanted)) : within.includes(wanted),
  },
  {
    name: 'STARTS_WITH',
    category: 'string',
    parameters: [text, search],
    summary: 'Whether the text begins with another.',
    examples: [{ expression: "STARTS_WITH('abc', 'ab')", result: true }],
    evaluate: (_context: FunctionContext, within: string, wanted: string) => within.startsWith(wanted),
  },
  {
    name: 'ENDS_WITH',
    category: 'string',
    parameters: [text, search],
    summary: 'Whether the text ends with another.',
    examples: [{ expression: "ENDS_WITH('abc', 'bc')", result: true }],
    evaluate: (_context: FunctionContext, within: string, wanted: string) => within.endsWith(wanted),
  },
  {
    name: 'FIND_FIRST',
    aliases: ['FIND'],
    category: 'string',
    parameters: [
      { name: 'value', type: ['string', 'array'] },
      { name: 'search', type: ['string', 'lambda'] },
    ],
    summary:
      'Where a text first stands in another; or the first element of an array for which a condition is true, else null.',
    examples: [
      { expression: "FIND_FIRST('hello', 'l')", result: 2 },
      { expression: '[1, 2, 3] |> FIND(x -> x > 1)', result: 2 },
    ],
    evaluate: (_context: FunctionContext, value: string | Value[], wanted: string | Lambda) => findFirst(value, wanted),
  },
  {
    name: 'FIND_LAST',
    aliases: ['RFIND'],
    category: 'string',
    parameters: [text, search],
    summary: 'Where a text last stands in another.',
    examples: [{ expression: "FIND_LAST('hello', 'l')", result: 3 }],
    evaluate: (_context: FunctionContext, within: string, wanted: string) =>
      codePointIndex(within, within.lastIndexOf(wanted)),
  },
];
