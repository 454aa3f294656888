import { isObject, type Value } from '@cairn/protocol/internal';
import { toText as textOfValue } from '../../runtime/values/text/text.ts';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { checkWrittenLength } from '../string/text-limit.ts';

const value: Parameter = { name: 'value', type: 'any' };

/** Integers that are kept with all their digits. */
const INTEGER_MIN = -(2n ** 63n);
const INTEGER_MAX = 2n ** 64n - 1n;

/** The text of a value for a function: as in a template, but null is empty text, and what is too long names the function. */
export function toText(functionName: string, converted: Value): string {
  if (typeof converted === 'string') return converted;
  if (converted === null) return '';
  checkWrittenLength(functionName, converted);
  return textOfValue(converted);
}

/** The number that a text is, without spaces around it; 0 for any other text. */
function parseNumber(text: string): number | bigint {
  if (/^[+-]?\d{16,20}$/.test(text)) {
    const whole = BigInt(text.replace('+', ''));
    if (!Number.isSafeInteger(Number(text)) && whole >= INTEGER_MIN && whole <= INTEGER_MAX) return whole;
  }
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return 0;
  const parsed = Number(text);
  return Number.isFinite(parsed) ? parsed + 0 : 0;
}

function toNumber(converted: Value): number | bigint {
  if (typeof converted === 'number' || typeof converted === 'bigint') return converted;
  if (typeof converted === 'string') return parseNumber(converted);
  if (converted instanceof Date) return converted.getTime();
  return converted === true ? 1 : 0;
}

function toBoolean(converted: Value): boolean {
  if (converted === null || converted === false || converted === 0) return false;
  if (typeof converted === 'string') return converted !== '' && converted !== '0' && converted !== 'false';
  if (Array.isArray(converted)) return converted.length > 0;
  return !isObject(converted) || Object.keys(converted).length > 0;
}

function toArray(converted: Value): Value[] {
  if (Array.isArray(converted)) return converted;
  return converted === null ? [] : [converted];
}

/** Functions that make a value of another type. They never fail; null has an answer of its own. */
export const conversionFunctions: readonly FunctionDefinition[] = [
  {
    name: 'TO_STRING',
    category: 'conversion',
    parameters: [value],
    summary:
      'The value as text: a string as it is, null as empty text, a date as ISO 8601, anything else as JSON with sorted members.',
    examples: [
      { expression: 'TO_STRING(2.0)', result: '2' },
      { expression: 'TO_STRING([1, null])', result: '[1,null]' },
      { expression: 'TO_STRING(null)', result: '' },
    ],
    evaluate: (_context: FunctionContext, converted: Value) => toText('TO_STRING', converted),
  },
  {
    name: 'TO_STR',
    category: 'conversion',
    parameters: [value],
    summary: 'As TO_STRING, but null becomes the text `null`.',
    examples: [{ expression: 'TO_STR(null)', result: 'null' }],
    evaluate: (_context: FunctionContext, converted: Value) =>
      converted === null ? 'null' : toText('TO_STR', converted),
  },
  {
    name: 'TO_NUMBER',
    aliases: ['TO_NUM'],
    category: 'conversion',
    parameters: [value],
    summary:
      'The value as a number: numeric text as what it says, true as 1, a date as milliseconds, anything else as 0.',
    examples: [
      { expression: "TO_NUMBER('42')", result: 42 },
      { expression: "TO_NUMBER(' 5 ')", result: 0 },
      { expression: 'TO_NUMBER(true)', result: 1 },
    ],
    evaluate: (_context: FunctionContext, converted: Value) => toNumber(converted),
  },
  {
    name: 'TO_BOOL',
    aliases: ['TO_BOOLEAN'],
    category: 'conversion',
    parameters: [value],
    summary:
      'False for null, false, 0, empty text, the texts `0` and `false`, empty arrays and empty objects; true for all else.',
    examples: [
      { expression: "TO_BOOL('false')", result: false },
      { expression: 'TO_BOOL([0])', result: true },
    ],
    evaluate: (_context: FunctionContext, converted: Value) => toBoolean(converted),
  },
  {
    name: 'TO_ARRAY',
    aliases: ['TO_LIST'],
    category: 'conversion',
    parameters: [value],
    summary: 'An array as it is, null as an empty array, anything else as an array of one.',
    examples: [
      { expression: "TO_ARRAY('ab')", result: ['ab'] },
      { expression: 'TO_ARRAY(null)', result: [] },
    ],
    evaluate: (_context: FunctionContext, converted: Value) => toArray(converted),
  },
];
