import type { Expression } from '../../ast/expression.ts';
import type { Operator } from '../operator.ts';

export interface CollectGroup {
  readonly variable: string;
  readonly expression: Expression;
}

export interface CollectAggregate {
  readonly variable: string;
  /** Upper case, as the table of aggregates has it. */
  readonly function: string;
  readonly arguments: readonly Expression[];
}

/** Gathers rows into groups and hands the groups on in the order of their keys. */
export interface CollectOperator {
  readonly kind: 'collect';
  readonly input: Operator;
  readonly groups: readonly CollectGroup[];
  readonly aggregates: readonly CollectAggregate[];
  /** `WITH COUNT INTO`. */
  readonly count?: string;
  /** `INTO variable`: an array with an object for each row that holds `members` of it. */
  readonly into?: { readonly variable: string; readonly members: readonly string[] };
}
