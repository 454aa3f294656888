import type { CollectOperator } from '../../plan/operators/collect.ts';

/** Aggregates whose answer is the same in whatever order the values come. */
const ORDERLESS: ReadonlySet<string> = new Set(['COUNT', 'LENGTH', 'COUNT_DISTINCT', 'MIN', 'MAX']);

/** Whether the groups are the same in whatever order the rows come. Sums are not: they are of numbers that are rounded. */
export function isOrderless({ aggregates, into }: CollectOperator): boolean {
  return into === undefined && aggregates.every((aggregate) => ORDERLESS.has(aggregate.function));
}
