import type { FunctionContext, FunctionDefinition } from '../definition.ts';

/** An integer beyond ±2^53 arrives as a bigint and has nothing to round. */
type Exact = number | bigint;

/** Rounds halves away from zero. */
function roundHalfAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

/** `value` at `digits` decimals; negative digits round tens, hundreds … Where a double has no such digit, `value` itself. */
export function roundTo(value: number, digits: number): number {
  if (digits >= 0) {
    const scaled = value * 10 ** digits;
    return Number.isFinite(scaled) ? roundHalfAway(scaled) / 10 ** digits + 0 : value;
  }
  const unit = 10 ** -digits;
  const rounded = Number.isFinite(unit) ? roundHalfAway(value / unit) * unit + 0 : 0;
  return Number.isFinite(rounded) ? rounded : value;
}

function rounding(
  name: string,
  round: (value: number) => number,
  summary: string,
  examples: FunctionDefinition['examples'],
  aliases?: readonly string[],
): FunctionDefinition {
  return {
    name,
    aliases,
    category: 'numeric',
    parameters: [{ name: 'number', type: 'number', exact: true }],
    summary,
    examples,
    evaluate: (_context: FunctionContext, value: Exact) => (typeof value === 'bigint' ? value : round(value) + 0),
  };
}

/** Functions that give a number near another one. */
export const roundingFunctions: readonly FunctionDefinition[] = [
  rounding('FLOOR', Math.floor, 'The largest whole number that is not above the number.', [
    { expression: 'FLOOR(-2.1)', result: -3 },
  ]),
  rounding(
    'CEIL',
    Math.ceil,
    'The smallest whole number that is not below the number.',
    [
      { expression: 'CEIL(2.1)', result: 3 },
      { expression: 'CEIL(-0.5)', result: 0 },
    ],
    ['CEILING'],
  ),
  rounding(
    'TRUNC',
    Math.trunc,
    'The number without its fraction.',
    [{ expression: 'TRUNC(-2.7)', result: -2 }],
    ['TRUNCATE'],
  ),
  {
    name: 'ROUND',
    category: 'numeric',
    parameters: [
      { name: 'number', type: 'number', exact: true },
      { name: 'digits', type: 'integer', optional: true },
    ],
    summary:
      'The number at so many decimals (0 when absent); halves go away from zero, negative digits round tens, hundreds and so on.',
    examples: [
      { expression: 'ROUND(-2.5)', result: -3 },
      { expression: 'ROUND(3.14159, 2)', result: 3.14 },
      { expression: 'ROUND(1234.5, -2)', result: 1200 },
    ],
    evaluate: (_context: FunctionContext, value: Exact, digits = 0) =>
      typeof value === 'bigint' && digits >= 0 ? value : roundTo(Number(value), digits),
  },
  {
    name: 'CLAMP',
    category: 'numeric',
    parameters: [
      { name: 'number', type: 'number', exact: true },
      { name: 'min', type: 'number', exact: true },
      { name: 'max', type: 'number', exact: true },
    ],
    summary: 'The number, or the bound that it lies beyond.',
    examples: [
      { expression: 'CLAMP(10, 0, 5)', result: 5 },
      { expression: 'CLAMP(-1, 0, 5)', result: 0 },
    ],
    evaluate: (_context: FunctionContext, value: Exact, min: Exact, max: Exact) => {
      const raised = value < min ? min : value;
      return raised > max ? max : raised;
    },
  },
];
