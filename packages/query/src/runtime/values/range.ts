import type { Value } from '@cairn/protocol/internal';
import { ExpressionError, ExpressionLimitError, type Site } from './expression-error.ts';
import type { ExpressionRun } from './expression-run.ts';
import { kindOf } from './kind-of.ts';
import { EXPRESSION_LIMITS } from './limits.ts';

/** `first..last`: the whole numbers between, both included; none when first is above last. */
export function range(first: Value, last: Value, site: Site, run?: ExpressionRun): number[] {
  const from = bound(first, 'start', site);
  const to = bound(last, 'end', site);
  const count = to - from + 1;
  if (count > EXPRESSION_LIMITS.rangeElementsMax) {
    throw new ExpressionLimitError('The range has too many elements', EXPRESSION_LIMITS.rangeElementsMax, site);
  }
  const numbers: number[] = [];
  for (let index = 0; index < count; index++) {
    if (index % (16 * EXPRESSION_LIMITS.elementsPerCheckpoint) === 0) run?.checkpoint();
    numbers.push(from + index);
  }
  return numbers;
}

function bound(value: Value, which: string, site: Site): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value + 0;
  if (typeof value === 'bigint') return Number(value);
  const got = typeof value === 'number' ? `${value}` : kindOf(value);
  throw new ExpressionError(`Range ${which} must be a whole number, got ${got}`, site);
}
