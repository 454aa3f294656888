import type { Value } from '@cairn/protocol/internal';
import { ExpressionError, type Site } from './expression-error.ts';
import { kindOf } from './kind-of.ts';

/** Bit operators work on 64-bit integers; fractions are cut off. The 32-bit cases never leave JavaScript's numbers. */
export function bitAnd(a: Value, b: Value, site: Site): number | bigint {
  if (isInt32(a) && isInt32(b)) return a & b;
  return toValue(integer(a, 'AND', site) & integer(b, 'AND', site));
}

export function bitOr(a: Value, b: Value, site: Site): number | bigint {
  if (isInt32(a) && isInt32(b)) return a | b;
  return toValue(integer(a, 'OR', site) | integer(b, 'OR', site));
}

export function bitXor(a: Value, b: Value, site: Site): number | bigint {
  if (isInt32(a) && isInt32(b)) return a ^ b;
  return toValue(integer(a, 'XOR', site) ^ integer(b, 'XOR', site));
}

export function bitNot(a: Value, site: Site): number | bigint {
  return isInt32(a) ? ~a : toValue(~integer(a, 'NOT', site));
}

/** The amount counts modulo 64. */
export function shiftLeft(a: Value, b: Value, site: Site): number | bigint {
  const bits = integer(a, 'shift', site);
  return toValue(BigInt.asIntN(64, bits << BigInt.asUintN(6, integer(b, 'shift', site))));
}

/** Keeps the sign; the amount counts modulo 64. */
export function shiftRight(a: Value, b: Value, site: Site): number | bigint {
  const bits = integer(a, 'shift', site);
  return toValue(BigInt.asIntN(64, bits) >> BigInt.asUintN(6, integer(b, 'shift', site)));
}

function isInt32(value: Value): value is number {
  return typeof value === 'number' && (value | 0) === value;
}

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 64n - 1n;

function integer(value: Value, operator: string, site: Site): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    const whole = BigInt(Math.trunc(value));
    return whole < LOWEST ? LOWEST : whole > HIGHEST ? HIGHEST : whole;
  }
  const what = operator === 'shift' ? 'shift' : `bitwise ${operator}`;
  throw new ExpressionError(`Cannot ${what} ${kindOf(value)}: it takes numbers`, site);
}

/** Wraps into 64 bits what left them. */
function toValue(bits: bigint): number | bigint {
  const wrapped = bits < LOWEST || bits > HIGHEST ? BigInt.asIntN(64, bits) : bits;
  const number = Number(wrapped);
  return Number.isSafeInteger(number) ? number : wrapped;
}
