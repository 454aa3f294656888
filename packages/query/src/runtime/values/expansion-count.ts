import type { Value } from '@cairn/protocol/internal';
import { ExpressionError, type Site } from './expression-error.ts';
import { kindOf } from './kind-of.ts';

/** The number that LIMIT inside `[* …]` got: whole; what is below zero counts as zero. */
export function expansionCount(value: Value, site: Site): number {
  if (typeof value === 'bigint') return Math.max(0, Number(value));
  if (typeof value === 'number' && Number.isInteger(value)) return Math.max(0, value);
  throw new ExpressionError(
    `LIMIT takes a whole number, got ${typeof value === 'number' ? value : kindOf(value)}`,
    site,
  );
}
