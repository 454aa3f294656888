import type { Operator } from '../plan/operator.ts';
import { chain } from '../plan/operator-facts.ts';
import type { Plan } from '../plan/plan.ts';

/** An index that a plan reads. */
export interface IndexUse {
  readonly collection: string;
  readonly index: string;
}

/** The indexes that a plan reads, its subqueries too, each once. */
export function indexesUsed(plan: Plan): readonly IndexUse[] {
  const roots = [plan.root, ...[...plan.subqueries.values()].map(({ root }) => root)];
  const uses = roots.flatMap((root) => chain(root).flatMap(usesOf));
  return uses.filter((use, at) => uses.findIndex((other) => isSame(other, use)) === at);
}

function usesOf(operator: Operator): IndexUse[] {
  if (operator.kind === 'index') return [{ collection: operator.collection, index: operator.index }];
  if (operator.kind !== 'union') return [];
  return operator.lookups.map(({ index }) => ({ collection: operator.collection, index }));
}

function isSame(one: IndexUse, other: IndexUse): boolean {
  return one.collection === other.collection && one.index === other.index;
}
