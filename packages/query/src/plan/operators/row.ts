import type { Expression, SortKey } from '../../ast/expression.ts';
import type { Operator } from '../operator.ts';

/** Passes on the rows whose condition holds; a row whose condition fails with an error is dropped and counted. */
export interface FilterOperator {
  readonly kind: 'filter';
  readonly input: Operator;
  readonly condition: Expression;
}

/** Adds a variable to each row. `leading`: it stands before every loop of its query and is computed once. */
export interface LetOperator {
  readonly kind: 'let';
  readonly input: Operator;
  readonly variable: string;
  readonly value: Expression;
  readonly leading: boolean;
}

/** Skips `offset` rows, passes on `count`, then ends what lies below. Both see leading variables only. */
export interface LimitOperator {
  readonly kind: 'limit';
  readonly input: Operator;
  readonly offset?: Expression;
  readonly count: Expression;
}

/** Gathers all rows and hands them on in order; rows with equal keys keep theirs. */
export interface SortOperator {
  readonly kind: 'sort';
  readonly input: Operator;
  readonly keys: readonly SortKey[];
}

/** SORT and LIMIT in one: keeps only the best `offset + count` rows while it gathers. */
export interface TopOperator {
  readonly kind: 'top';
  readonly input: Operator;
  readonly keys: readonly SortKey[];
  readonly offset?: Expression;
  readonly count: Expression;
}

/** One `F(…) OVER (…)` of RETURN and the variable that holds its answer. */
export interface WindowCall {
  readonly variable: string;
  readonly function: string;
  readonly arguments: readonly Expression[];
  readonly partition: readonly Expression[];
  readonly order: readonly SortKey[];
}

/** Gathers all rows and adds the answers of window functions to each. */
export interface WindowOperator {
  readonly kind: 'window';
  readonly input: Operator;
  readonly calls: readonly WindowCall[];
}

/** Computes the answer of each row. */
export interface ReturnOperator {
  readonly kind: 'return';
  readonly input: Operator;
  readonly expression: Expression;
  /** Passes on the first of equal answers only. */
  readonly distinct: boolean;
}
