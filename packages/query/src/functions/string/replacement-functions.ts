import { compareValues, stringifyJson, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { codePointLength } from './code-points.ts';
import { checkTextLength, checkWrittenLength } from './text-limit.ts';

const text: Parameter = { name: 'text', type: 'string' };

/** Replaces the first `limit` hits, from left to right; an empty search hits before, between and after all letters. */
function replaceHits(functionName: string, from: string, search: string, replacement: string, limit: number): string {
  if (limit <= 0) return from;
  const parts = search === '' ? ['', ...from, ''] : from.split(search);
  const hits = Math.min(parts.length - 1, limit);
  checkTextLength(functionName, from.length + hits * (replacement.length - search.length));
  return [...parts.slice(0, hits), parts.slice(hits).join(search)].join(replacement);
}

function substituteEach(from: string, mapping: ValueObject, limit: number): string {
  // In the order of the keys, whatever order they were written in: a replacement may hold a later key.
  return Object.keys(mapping)
    .sort(compareValues)
    .reduce((result, search) => {
      const value = mapping[search];
      checkWrittenLength('SUBSTITUTE', value);
      const replacement = typeof value === 'string' ? value : stringifyJson(value);
      return replaceHits('SUBSTITUTE', result, search, replacement, limit);
    }, from);
}

/** The two forms of SUBSTITUTE: text, search, replacement, limit? and text, mapping, limit?. */
function substitute(from: string, search: string | ValueObject, third?: string | number | null, limit?: number): Value {
  if (typeof search !== 'string') {
    if (typeof third === 'string' || limit !== undefined) {
      throw new FunctionError('SUBSTITUTE', 'takes a text, a mapping and a limit when argument 2 is an object');
    }
    return substituteEach(from, search, third ?? Number.POSITIVE_INFINITY);
  }
  if (third === null) return null;
  if (typeof third !== 'string') throw new FunctionError('SUBSTITUTE', 'argument 3 (replacement) must be a string');
  return replaceHits('SUBSTITUTE', from, search, third, limit ?? Number.POSITIVE_INFINITY);
}

/** What fills a text up to a length: `pad` over and over, the last time cut. */
function padding(functionName: string, from: string, length: number, pad: string): string {
  const missing = length - codePointLength(from);
  if (missing <= 0) return '';
  const letters = [...pad];
  if (letters.length === 0) throw new FunctionError(functionName, 'argument 3 (pad) must not be empty');
  checkTextLength(functionName, missing * 2);
  return Array.from({ length: missing }, (_, index) => letters[index % letters.length]).join('');
}

const padParameters: readonly Parameter[] = [
  text,
  { name: 'length', type: 'integer' },
  { name: 'pad', type: 'string', optional: true },
];

function mask(from: string, start: number, end: number, character: string): string {
  const letters = [...from];
  const position = (index: number) =>
    index < 0 ? Math.max(0, letters.length + index) : Math.min(index, letters.length);
  const [first, last] = [position(start), position(end)];
  checkTextLength('MASK', letters.length * Math.max(2, character.length));
  return letters.map((letter, index) => (index >= first && index < last ? character : letter)).join('');
}

/** Functions that put other text in the place of a part, or add to it. */
export const replacementFunctions: readonly FunctionDefinition[] = [
  {
    name: 'SUBSTITUTE',
    category: 'string',
    parameters: [
      text,
      { name: 'search', type: ['string', 'object'] },
      { name: 'replacement', type: ['string', 'integer', 'null'], optional: true },
      { name: 'limit', type: 'integer', optional: true },
    ],
    summary:
      'The text with the hits of a search replaced, all or the first so many. With an object its keys are searched for and replaced by their values, one key after the other.',
    examples: [
      { expression: "SUBSTITUTE('aaa', 'a', 'b', 2)", result: 'bba' },
      { expression: "SUBSTITUTE('abc', {a: 'x', b: 'y'})", result: 'xyc' },
    ],
    evaluate: (
      _context: FunctionContext,
      from: string,
      search: string | ValueObject,
      replacement?: string | number | null,
      limit?: number,
    ) => substitute(from, search, replacement, limit),
  },
  {
    name: 'REPLACE',
    category: 'string',
    parameters: [text, { name: 'search', type: 'string' }, { name: 'replacement', type: 'string' }],
    summary: 'The text with all hits of a search replaced.',
    examples: [{ expression: "REPLACE('abcb', 'b', 'x')", result: 'axcx' }],
    evaluate: (_context: FunctionContext, from: string, search: string, replacement: string) =>
      replaceHits('REPLACE', from, search, replacement, Number.POSITIVE_INFINITY),
  },
  {
    name: 'PAD_LEFT',
    aliases: ['LPAD'],
    category: 'string',
    parameters: padParameters,
    summary: 'The text filled up to a length at its start, with spaces or another text over and over.',
    examples: [{ expression: "PAD_LEFT('42', 5, '0')", result: '00042' }],
    evaluate: (_context: FunctionContext, from: string, length: number, pad = ' ') =>
      padding('PAD_LEFT', from, length, pad) + from,
  },
  {
    name: 'PAD_RIGHT',
    aliases: ['RPAD'],
    category: 'string',
    parameters: padParameters,
    summary: 'The text filled up to a length at its end, with spaces or another text over and over.',
    examples: [{ expression: "PAD_RIGHT('abc', 7, 'xy')", result: 'abcxyxy' }],
    evaluate: (_context: FunctionContext, from: string, length: number, pad = ' ') =>
      from + padding('PAD_RIGHT', from, length, pad),
  },
  {
    name: 'REPEAT',
    category: 'string',
    parameters: [text, { name: 'count', type: 'integer' }],
    summary: 'The text so many times.',
    examples: [{ expression: "REPEAT('ab', 2)", result: 'abab' }],
    evaluate: (_context: FunctionContext, from: string, count: number) => {
      checkTextLength('REPEAT', from.length * count);
      return from === '' ? '' : from.repeat(Math.max(0, count));
    },
  },
  {
    name: 'MASK',
    category: 'string',
    parameters: [
      text,
      { name: 'start', type: 'integer', optional: true },
      { name: 'end', type: 'integer', optional: true },
      { name: 'character', type: 'string', optional: true },
    ],
    summary: 'The text with the code points from `start` up to `end` replaced by `*` or another character.',
    examples: [
      { expression: "MASK('4111111111111111', 0, -4)", result: '************1111' },
      { expression: "MASK('12345', 1, 3, '#')", result: '1##45' },
    ],
    evaluate: (_context: FunctionContext, from: string, start = 0, end = Number.POSITIVE_INFINITY, character = '*') =>
      mask(from, start, end, character),
  },
];
