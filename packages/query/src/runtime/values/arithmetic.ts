import type { Value } from '@cairn/protocol/internal';
import { ExpressionError, type Site } from './expression-error.ts';
import { kindOf } from './kind-of.ts';
import { boundedText } from './text/bounded-text.ts';

/** `a + b`: numbers are added, texts joined. */
export function add(a: Value, b: Value, site: Site): number | string {
  if (typeof a === 'number' && typeof b === 'number') return finite(a + b, site);
  if (typeof a === 'string' && typeof b === 'string') return boundedText(a + b, site);
  return finite(operand(a, a, b, 'add', 'and', site) + operand(b, a, b, 'add', 'and', site), site);
}

export function subtract(a: Value, b: Value, site: Site): number {
  if (typeof a === 'number' && typeof b === 'number') return finite(a - b, site);
  return finite(operand(a, a, b, 'subtract', 'and', site) - operand(b, a, b, 'subtract', 'and', site), site);
}

export function multiply(a: Value, b: Value, site: Site): number {
  if (typeof a === 'number' && typeof b === 'number') return finite(a * b, site);
  return finite(operand(a, a, b, 'multiply', 'by', site) * operand(b, a, b, 'multiply', 'by', site), site);
}

/** `a / b`; null when b is zero. */
export function divide(a: Value, b: Value, site: Site): number | null {
  const dividend = operand(a, a, b, 'divide', 'by', site);
  const divisor = operand(b, a, b, 'divide', 'by', site);
  return divisor === 0 ? null : finite(dividend / divisor, site);
}

/** `a % b` with the sign of a; null when b is zero. */
export function remainder(a: Value, b: Value, site: Site): number | null {
  const dividend = operand(a, a, b, 'take the remainder of', 'by', site);
  const divisor = operand(b, a, b, 'take the remainder of', 'by', site);
  return divisor === 0 ? null : dividend % divisor;
}

/** `-a`. A 64-bit integer stays exact, so that the lowest one can be written. */
export function negate(a: Value, site: Site): number | bigint {
  if (typeof a === 'number') return a === 0 ? 0 : -a;
  if (typeof a === 'bigint') return a <= LOWEST_NEGATED ? -a : -Number(a);
  throw new ExpressionError(`Cannot negate ${kindOf(a)}`, site);
}

const LOWEST_NEGATED = 2n ** 63n;

function finite(result: number, site: Site): number {
  if (result - result === 0) return result;
  throw new ExpressionError('The result is too large for a number', site);
}

/** Arithmetic goes on in doubles: large integers are rounded. */
function operand(value: Value, a: Value, b: Value, verb: string, link: string, site: Site): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw new ExpressionError(`Cannot ${verb} ${kindOf(a)} ${link} ${kindOf(b)}`, site);
}
