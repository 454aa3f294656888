import type { Expression } from '../ast/expression.ts';
import type { Query } from '../ast/query.ts';
import type { Operator } from './operator.ts';

/** A collection that a statement touches, for the permission check before it runs. */
export interface CollectionUse {
  readonly name: string;
  readonly access: 'read' | 'write';
}

/** The plan of a query in the place of a value. */
export interface SubqueryPlan {
  readonly root: Operator;
  /** Names of the surrounding query that it reads. */
  readonly outer: readonly string[];
  /** No function of chance stands in it. */
  readonly pure: boolean;
  /** Nothing in it depends on the row or on chance: it is computed at most once for a run. */
  readonly constant: boolean;
  readonly writes: boolean;
}

/** What a text means on one state of the catalogue: frozen data, without bind values. */
export interface Plan {
  readonly text: string;
  readonly database: string;
  readonly root: Operator;
  readonly subqueries: ReadonlyMap<Query, SubqueryPlan>;
  /** Names of the bind variables that the text uses, without those of `@@name`. */
  readonly binds: readonly string[];
  readonly collections: readonly CollectionUse[];
  readonly writes: boolean;
  /** Where the text reads earlier states: the LSNs or times, as literals and bind variables. */
  readonly moments: readonly Expression[];
  readonly explain?: 'plan' | 'analyze';
  /** Names of the rewrites that changed the plan, in order. */
  readonly rewrites: readonly string[];
}
