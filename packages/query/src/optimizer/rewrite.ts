import type { ReadView } from '@cairn/storage/internal';
import type { Operator } from '../plan/operator.ts';
import type { Statistics } from '../statistics/statistics.ts';

/** What a rewrite may look at besides the plan. Never bind values: a plan serves all of them. */
export interface RewriteContext {
  readonly database: string;
  readonly view: ReadView;
  readonly statistics: Statistics;
  /** A subquery writes while the loops around it still read. */
  readonly interleaves: boolean;
  /** The plan is that of a subquery that runs once for each row of the query around it. */
  readonly repeated: boolean;
}

/** One optimisation. It changes the speed of a query and never its answer, and can be switched off by name. */
export interface Rewrite {
  /** Kebab case, as in explain and in the list of disabled rewrites. */
  readonly name: string;
  /** One sentence for explain's reader. */
  readonly summary: string;
  /** The plan rewritten, or the same object where there is nothing to do. */
  apply(root: Operator, context: RewriteContext): Operator;
}
