import type { Operator } from './operator.ts';
import { chain } from './operator-facts.ts';
import type { Plan } from './plan.ts';

const PASSING: ReadonlySet<Operator['kind']> = new Set<Operator['kind']>([
  ...(['start', 'scan', 'values', 'range'] as const),
  ...(['filter', 'let', 'limit', 'collect', 'return'] as const),
]);

/**
 * Whether a run looks at the documents of each of its scans one after another and keeps none by its place: of a block that
 * it has left it has values at most. A lower bound: sorts, joins and subqueries may keep places, so plans with them do not.
 */
export function readsInPassing(plan: Plan): boolean {
  return plan.subqueries.size === 0 && chain(plan.root).every(passes);
}

function passes(operator: Operator): boolean {
  return PASSING.has(operator.kind) && (operator.kind !== 'collect' || operator.into === undefined);
}
