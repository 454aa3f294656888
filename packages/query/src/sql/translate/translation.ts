import type { Expression } from '../../ast/expression.ts';
import type { Query } from '../../ast/query.ts';
import type { SqlExpression } from '../tree/sql-expression.ts';
import type { SelectQuery } from '../tree/sql-query.ts';
import type { Scope } from './scope.ts';
import type { NeededColumns } from './select/needed-columns.ts';
import type { VariableNames } from './variable-names.ts';

/** What a row of a subquery is: an object of columns, the value of its only column, or a mere sign that there is one. */
export type RowForm = 'objects' | 'values' | 'signs';

/** What the parts of the translation ask of each other. */
export interface Translation {
  /** The value of an expression, null where SQL says NULL. */
  value(node: SqlExpression, scope: Scope): Expression;
  /** True exactly where SQL says TRUE; false where it says FALSE or NULL. */
  truth(node: SqlExpression, scope: Scope): Expression;
  /** True exactly where SQL says FALSE. */
  falsity(node: SqlExpression, scope: Scope): Expression;
  /** A query of its own for a subquery. */
  rows(query: SelectQuery, scope: Scope, form: RowForm): Query;
  /** The text of an expression, by which equal ones are found. @throws SqlProblem for one that is too large */
  textOf(expression: Expression): string;
  readonly names: VariableNames;
  readonly neededColumns: NeededColumns;
  /** Variables that always hold a stored document. */
  readonly documents: Set<string>;
}
