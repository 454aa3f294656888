import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { trim, trimEnd, trimStart } from './white-space.ts';

const text: Parameter = { name: 'text', type: 'string' };
const characters: Parameter = { name: 'characters', type: 'string', optional: true };

/** Modes of TRIM. */
const LEFT_ONLY = 1;
const RIGHT_ONLY = 2;

type Side = 'start' | 'end' | 'both';

/** Text without any of some characters at its ends. */
function stripCharacters(from: string, unwanted: string, side: Side): string {
  const set = new Set(unwanted);
  const letters = [...from];
  let start = 0;
  let end = letters.length;
  if (side !== 'end') while (start < end && set.has(letters[start])) start++;
  if (side !== 'start') while (end > start && set.has(letters[end - 1])) end--;
  return letters.slice(start, end).join('');
}

function trimByMode(from: string, mode: number): string {
  if (mode === LEFT_ONLY) return trimStart(from);
  return mode === RIGHT_ONLY ? trimEnd(from) : trim(from);
}

/** Functions that take characters off the ends of a text. */
export const trimmingFunctions: readonly FunctionDefinition[] = [
  {
    name: 'TRIM',
    category: 'string',
    parameters: [text, { name: 'typeOrCharacters', type: ['integer', 'string'], optional: true }],
    summary:
      'The text without white space at both ends (1: at its start, 2: at its end), or without any of some characters.',
    examples: [
      { expression: "TRIM('  a ')", result: 'a' },
      { expression: "TRIM('  a ', 1)", result: 'a ' },
      { expression: "TRIM('xxaxy', 'xy')", result: 'a' },
    ],
    evaluate: (_context: FunctionContext, from: string, mode: number | string = 0) =>
      typeof mode === 'string' ? stripCharacters(from, mode, 'both') : trimByMode(from, mode),
  },
  {
    name: 'LTRIM',
    category: 'string',
    parameters: [text, characters],
    summary: 'The text without white space, or any of some characters, at its start.',
    examples: [{ expression: "LTRIM('--a-', '-')", result: 'a-' }],
    evaluate: (_context: FunctionContext, from: string, unwanted?: string) =>
      unwanted === undefined ? trimStart(from) : stripCharacters(from, unwanted, 'start'),
  },
  {
    name: 'RTRIM',
    category: 'string',
    parameters: [text, characters],
    summary: 'The text without white space, or any of some characters, at its end.',
    examples: [{ expression: "RTRIM(' a ')", result: ' a' }],
    evaluate: (_context: FunctionContext, from: string, unwanted?: string) =>
      unwanted === undefined ? trimEnd(from) : stripCharacters(from, unwanted, 'end'),
  },
];
