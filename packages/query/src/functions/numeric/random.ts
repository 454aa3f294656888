import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { FunctionError } from '../function-error.ts';

const TWO_TO_53 = 2 ** 53;

/** A whole number from 0 to 2^53 - 1, each equally likely. */
function random53(context: FunctionContext): number {
  const bytes = context.randomBytes(7);
  let number = bytes[0] & 0x1f;
  for (let index = 1; index < 7; index++) number = number * 256 + bytes[index];
  return number;
}

/** A whole number from 0 to `count` - 1, each equally likely; `count` is at most 2^53. */
export function randomBelow(context: FunctionContext, count: number): number {
  // Draws from the last, incomplete round are thrown away: they would favour small results.
  const fair = TWO_TO_53 - (TWO_TO_53 % count);
  for (;;) {
    const number = random53(context);
    if (number < fair) return number % count;
  }
}

/** Functions of chance. */
export const randomFunctions: readonly FunctionDefinition[] = [
  {
    name: 'RANDOM',
    aliases: ['RAND'],
    category: 'numeric',
    parameters: [],
    pure: false,
    summary: 'A random number from 0 up to, but not including, 1.',
    examples: [{ expression: 'RANDOM() < 1', result: true }],
    evaluate: (context: FunctionContext) => random53(context) / TWO_TO_53,
  },
  {
    name: 'RANDOM_INT',
    aliases: ['RAND_INT'],
    category: 'numeric',
    parameters: [
      { name: 'min', type: 'integer' },
      { name: 'max', type: 'integer' },
    ],
    pure: false,
    summary: 'A random whole number between two bounds, both included.',
    examples: [{ expression: 'RANDOM_INT(4, 4)', result: 4 }],
    evaluate: (context: FunctionContext, min: number, max: number) => {
      if (min > max) throw new FunctionError('RANDOM_INT', 'min must not be above max');
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max - min >= TWO_TO_53) {
        throw new FunctionError('RANDOM_INT', 'the bounds must lie within ±2^53 and less than 2^53 apart');
      }
      return min + randomBelow(context, max - min + 1);
    },
  },
];
