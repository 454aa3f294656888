import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionLimitError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';
import { codePointLength, sliceCodePoints } from './code-points.ts';
import { isWhiteSpace, splitWords, trimEnd } from './white-space.ts';

const text: Parameter = { name: 'text', type: 'string' };
const count: Parameter = { name: 'count', type: 'integer' };

function substring(from: string, start: number, length: number): string {
  const total = codePointLength(from);
  const first = start < 0 ? Math.max(0, total + start) : Math.min(start, total);
  return length <= 0 ? '' : sliceCodePoints(from, first, Math.min(total, first + length));
}

/**
 * Parts of a text between separators. A limit keeps so many parts, the last (or for a negative limit the first)
 * with the separators that are left; an empty separator then stands also before the first and after the last letter.
 */
function split(from: string, separator: string, limit: number): string[] {
  if (limit === 0 && separator === '') return [...from];
  const parts =
    separator === '' ? ['', ...from, ''] : limit < 0 ? splitFromEnd(from, separator) : from.split(separator);
  if (limit === 0 || parts.length <= Math.abs(limit)) return parts;
  if (limit > 0) return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
  const joined = parts.length + limit + 1;
  return [parts.slice(0, joined).join(separator), ...parts.slice(joined)];
}

/** As `split`, but of separators that overlap the last one counts. */
function splitFromEnd(from: string, separator: string): string[] {
  const parts: string[] = [];
  let end = from.length;
  while (end >= separator.length) {
    const at = from.lastIndexOf(separator, end - separator.length);
    if (at < 0) break;
    parts.push(from.slice(at + separator.length, end));
    end = at;
  }
  parts.push(from.slice(0, end));
  return parts.reverse();
}

function checkedSplit(from: string, separator: string, limit: number): string[] {
  const parts = split(from, separator, limit);
  if (parts.length <= FUNCTION_LIMITS.arrayElementsMax) return parts;
  throw new FunctionLimitError('SPLIT', 'the result would have too many elements', FUNCTION_LIMITS.arrayElementsMax);
}

/** The first `length` code points, back to the last white space when that falls inside a word. */
function truncate(from: string, length: number, suffix: string): string {
  const letters = [...from];
  if (letters.length <= length) return from;
  let end = Math.max(0, length);
  if (end > 0 && !isWhiteSpace(letters[end - 1]) && !isWhiteSpace(letters[end])) {
    const space = letters.slice(0, end).findLastIndex(isWhiteSpace);
    if (space >= 0) end = space;
  }
  return trimEnd(letters.slice(0, end).join('')) + suffix;
}

/** Functions that answer parts of a text, or count them. Positions and lengths are code points. */
export const textPartFunctions: readonly FunctionDefinition[] = [
  {
    name: 'SUBSTRING',
    aliases: ['SUBSTR'],
    category: 'string',
    parameters: [text, { name: 'start', type: 'integer' }, { name: 'length', type: 'integer', optional: true }],
    summary: 'The text from a start on, all or so many code points; a negative start counts from the end.',
    examples: [
      { expression: "SUBSTRING('hello', 1, 3)", result: 'ell' },
      { expression: "SUBSTRING('hello', -2)", result: 'lo' },
    ],
    evaluate: (_context: FunctionContext, from: string, start: number, length = Number.POSITIVE_INFINITY) =>
      substring(from, start, length),
  },
  {
    name: 'LEFT',
    category: 'string',
    parameters: [text, count],
    summary: 'The first so many code points.',
    examples: [{ expression: "LEFT('hello', 4 - 2)", result: 'he' }],
    evaluate: (_context: FunctionContext, from: string, length: number) => substring(from, 0, length),
  },
  {
    name: 'RIGHT',
    category: 'string',
    parameters: [text, count],
    summary: 'The last so many code points.',
    examples: [{ expression: "RIGHT('hello', 2)", result: 'lo' }],
    evaluate: (_context: FunctionContext, from: string, length: number) => substring(from, -length, length),
  },
  {
    name: 'CHAR_LENGTH',
    aliases: ['CHARACTER_LENGTH', 'CHAR_COUNT'],
    category: 'string',
    parameters: [text],
    summary: 'How many code points the text has.',
    examples: [{ expression: "CHAR_LENGTH('é😀')", result: 2 }],
    evaluate: (_context: FunctionContext, from: string) => codePointLength(from),
  },
  {
    name: 'BYTE_LENGTH',
    category: 'string',
    parameters: [text],
    summary: 'How many bytes the text has in UTF-8.',
    examples: [{ expression: "BYTE_LENGTH('é😀')", result: 6 }],
    evaluate: (_context: FunctionContext, from: string) => Buffer.byteLength(from),
  },
  {
    name: 'WORD_COUNT',
    category: 'string',
    parameters: [text],
    summary: 'How many runs of other characters than white space the text has.',
    examples: [{ expression: "WORD_COUNT('  many   spaces ')", result: 2 }],
    evaluate: (_context: FunctionContext, from: string) => splitWords(from).length,
  },
  {
    name: 'SPLIT',
    category: 'string',
    parameters: [text, { name: 'separator', type: 'string' }, { name: 'limit', type: 'integer', optional: true }],
    summary:
      'The parts of the text between separators (its letters for an empty one); at most so many, counted from the end when the limit is negative.',
    examples: [
      { expression: "SPLIT('a,b,c', ',', 2)", result: ['a', 'b,c'] },
      { expression: "SPLIT('a,b,c', ',', -2)", result: ['a,b', 'c'] },
      { expression: "SPLIT('ab', '')", result: ['a', 'b'] },
    ],
    evaluate: (_context: FunctionContext, from: string, separator: string, limit = 0) =>
      checkedSplit(from, separator, limit),
  },
  {
    name: 'TRUNCATE_TEXT',
    aliases: ['ELLIPSIS'],
    category: 'string',
    parameters: [text, count, { name: 'suffix', type: 'string', optional: true }],
    summary: 'The text when it is short enough, else its beginning up to a whole word, and a suffix (`...`).',
    examples: [
      { expression: "TRUNCATE_TEXT('Hello World', 8)", result: 'Hello...' },
      { expression: "TRUNCATE_TEXT('Hello World', 8, '…')", result: 'Hello…' },
    ],
    evaluate: (_context: FunctionContext, from: string, length: number, suffix = '...') =>
      truncate(from, length, suffix),
  },
  {
    name: 'REVERSE',
    category: 'string',
    parameters: [{ name: 'value', type: ['string', 'array'] }],
    summary: 'The code points of a text, or the elements of an array, from the last to the first.',
    examples: [
      { expression: "REVERSE('abc')", result: 'cba' },
      { expression: 'REVERSE([1, 2])', result: [2, 1] },
    ],
    evaluate: (_context: FunctionContext, value: string | Value[]) =>
      typeof value === 'string' ? [...value].reverse().join('') : value.toReversed(),
  },
];
