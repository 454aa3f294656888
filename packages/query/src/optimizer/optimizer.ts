import type { Query } from '../ast/query.ts';
import type { Operator } from '../plan/operator.ts';
import type { Plan, SubqueryPlan } from '../plan/plan.ts';
import type { Rewrite, RewriteContext } from './rewrite.ts';
import { constantFolding } from './rewrites/constant-folding.ts';
import { coveringIndex } from './rewrites/covering-index.ts';
import { filterPushDown } from './rewrites/filter-push-down.ts';
import { hashJoin } from './rewrites/hash-join.ts';
import { hotColumns } from './rewrites/hot-columns.ts';
import { indexGroups } from './rewrites/index-groups.ts';
import { indexOrder } from './rewrites/index-order.ts';
import { indexSelection } from './rewrites/index-selection.ts';
import { indexUnion } from './rewrites/index-union.ts';
import { joinIndex } from './rewrites/join-index.ts';
import { joinLookup } from './rewrites/join-lookup.ts';
import { joinOrder } from './rewrites/join-order.ts';
import { keyLookup } from './rewrites/key-lookup.ts';
import { keyRange } from './rewrites/key-range.ts';
import { mergeJoin } from './rewrites/merge-join.ts';
import { sortElimination } from './rewrites/sort-elimination.ts';
import { topRows } from './rewrites/top-rows.ts';

/** All rewrites in the order in which they are tried; each sees what those before it made. */
export const rewrites: readonly Rewrite[] = [
  constantFolding,
  joinOrder,
  filterPushDown,
  keyLookup,
  indexSelection,
  indexUnion,
  keyRange,
  sortElimination,
  hashJoin,
  joinIndex,
  joinLookup,
  mergeJoin,
  topRows,
  indexOrder,
  indexGroups,
  coveringIndex,
  hotColumns,
];

/** A plan and its subqueries' plans after every rewrite that is not disabled. */
export function optimize(
  plan: Plan,
  context: Omit<RewriteContext, 'repeated' | 'interleaves'>,
  disabled: readonly string[] = [],
): Plan {
  const enabled = rewrites.filter((rewrite) => !disabled.includes(rewrite.name));
  const applied: string[] = [];
  const interleaves = [...plan.subqueries.values()].some((subquery) => subquery.writes);
  const improve = (root: Operator, repeated: boolean) => {
    let operator = root;
    for (const rewrite of enabled) {
      const next = rewrite.apply(operator, { ...context, interleaves, repeated });
      if (next !== operator && !applied.includes(rewrite.name)) applied.push(rewrite.name);
      operator = next;
    }
    return operator;
  };
  const root = improve(plan.root, false);
  const subqueries = new Map<Query, SubqueryPlan>();
  for (const [query, subquery] of plan.subqueries) {
    subqueries.set(query, { ...subquery, root: improve(subquery.root, !subquery.constant) });
  }
  return { ...plan, root, subqueries, rewrites: applied };
}
