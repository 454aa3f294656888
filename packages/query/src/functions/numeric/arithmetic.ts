import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { finite } from './finite.ts';
import { ofNumber } from './of-number.ts';

type Exact = number | bigint;

/** Functions of arithmetic: powers, roots, logarithms, remainders and signs. */
export const arithmeticFunctions: readonly FunctionDefinition[] = [
  {
    name: 'ABS',
    category: 'numeric',
    parameters: [{ name: 'number', type: 'number', exact: true }],
    summary: 'The number without its sign.',
    examples: [{ expression: 'ABS(-2.5)', result: 2.5 }],
    evaluate: (_context: FunctionContext, value: Exact) =>
      value < 0 ? -value : typeof value === 'bigint' ? value : value + 0,
  },
  {
    name: 'SIGN',
    category: 'numeric',
    parameters: [{ name: 'number', type: 'number', exact: true }],
    summary: '-1, 0 or 1 for a negative number, zero or a positive number.',
    examples: [{ expression: 'SIGN(-2)', result: -1 }],
    evaluate: (_context: FunctionContext, value: Exact) => (value < 0 ? -1 : value > 0 ? 1 : 0),
  },
  {
    name: 'MOD',
    category: 'numeric',
    parameters: [
      { name: 'dividend', type: 'number' },
      { name: 'divisor', type: 'number' },
    ],
    summary: 'The remainder of a division, with the sign of the dividend; null for a divisor of zero.',
    examples: [
      { expression: 'MOD(-7, 3)', result: -1 },
      { expression: 'MOD(5, 0)', result: null },
    ],
    evaluate: (_context: FunctionContext, dividend: number, divisor: number) =>
      divisor === 0 ? null : (dividend % divisor) + 0,
  },
  {
    name: 'SQRT',
    category: 'numeric',
    parameters: [{ name: 'number', type: 'number' }],
    summary: 'The square root; an error for a negative number.',
    examples: [{ expression: 'SQRT(16)', result: 4 }],
    evaluate: (_context: FunctionContext, value: number) => {
      if (value < 0) throw new FunctionError('SQRT', 'cannot take the square root of a negative number');
      return finite('SQRT', Math.sqrt(value));
    },
  },
  {
    name: 'POW',
    aliases: ['POWER'],
    category: 'numeric',
    parameters: [
      { name: 'base', type: 'number' },
      { name: 'exponent', type: 'number' },
    ],
    summary: 'The base to the power of the exponent; an error when that is no finite number.',
    examples: [
      { expression: 'POW(2, 10)', result: 1024 },
      { expression: 'POW(9, 0.5)', result: 3 },
    ],
    evaluate: (_context: FunctionContext, base: number, exponent: number) => finite('POW', base ** exponent),
  },
  {
    name: 'EXP',
    category: 'numeric',
    parameters: [{ name: 'number', type: 'number' }],
    summary: 'e to the power of the number; an error when that is out of range.',
    examples: [{ expression: 'EXP(0)', result: 1 }],
    evaluate: (_context: FunctionContext, value: number) => finite('EXP', Math.exp(value)),
  },
  logarithm('LOG', Math.log, 'The natural logarithm; an error unless the number is positive.', 'LOG(1)', 0, ['LN']),
  logarithm('LOG10', Math.log10, 'The logarithm to base 10; an error unless the number is positive.', 'LOG10(1000)', 3),
  logarithm('LOG2', Math.log2, 'The logarithm to base 2; an error unless the number is positive.', 'LOG2(8)', 3),
];

function logarithm(
  name: string,
  compute: (value: number) => number,
  summary: string,
  expression: string,
  result: number,
  aliases?: readonly string[],
): FunctionDefinition {
  const checked = (value: number) => {
    if (value <= 0) throw new FunctionError(name, 'the number must be positive');
    return compute(value);
  };
  return ofNumber(name, checked, summary, expression, result, aliases);
}
