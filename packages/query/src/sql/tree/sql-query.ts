import type { Span } from '../../ast/expression.ts';
import type { SqlExpression } from './sql-expression.ts';

/** `SELECT …`, possibly several joined by UNION and the like, with what stands around them. */
export interface SelectQuery {
  readonly kind: 'select-query';
  readonly with: readonly CommonTable[];
  readonly body: SelectBody;
  readonly order: readonly SortItem[];
  readonly limit?: SqlExpression;
  readonly offset?: SqlExpression;
  readonly span: Span;
}

/** `name [(columns)] AS (query)`. */
export interface CommonTable {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly query: SelectQuery;
  readonly span: Span;
}

export type SelectBody = SelectCore | ValuesList | SetOperation | SelectQuery;

/** One SELECT without ORDER BY and LIMIT. */
export interface SelectCore {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from?: TableExpression;
  readonly where?: SqlExpression;
  readonly groups: readonly SqlExpression[];
  readonly having?: SqlExpression;
  readonly span: Span;
}

/** `VALUES (1, 'a'), (2, 'b')`. */
export interface ValuesList {
  readonly kind: 'values';
  readonly rows: readonly (readonly SqlExpression[])[];
  readonly span: Span;
}

export interface SetOperation {
  readonly kind: 'set-operation';
  readonly operator: 'union' | 'union all' | 'intersect' | 'except';
  readonly left: SelectBody;
  readonly right: SelectBody;
  readonly span: Span;
}

/** `*`, `t.*`, or an expression with the name of its column: that of AS, or else what the text says. */
export type SelectItem =
  | { readonly kind: 'star'; readonly table?: string; readonly span: Span }
  | {
      readonly kind: 'column';
      readonly expression: SqlExpression;
      readonly alias?: string;
      readonly text: string;
      readonly span: Span;
    };

export type TableExpression = TableName | DerivedTable | UnnestedArray | JoinedTable;

export interface TableName {
  readonly kind: 'table';
  readonly name: string;
  readonly alias?: string;
  readonly span: Span;
}

/** `(SELECT …) AS x [(columns)]`. */
export interface DerivedTable {
  readonly kind: 'derived';
  readonly query: SelectQuery;
  readonly alias?: string;
  readonly columns?: readonly string[];
  readonly span: Span;
}

/** `UNNEST(t.tags) AS tag`: one row for each element; it may name the tables before it. */
export interface UnnestedArray {
  readonly kind: 'unnest';
  readonly array: SqlExpression;
  readonly alias?: string;
  readonly span: Span;
}

export interface JoinedTable {
  readonly kind: 'join';
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly left: TableExpression;
  readonly right: TableExpression;
  readonly on?: SqlExpression;
  readonly using?: readonly string[];
  readonly span: Span;
}

/** One key of ORDER BY. Without `nulls`, NULL comes before everything else, and last with DESC. */
export interface SortItem {
  readonly expression: SqlExpression;
  readonly descending: boolean;
  readonly nulls?: 'first' | 'last';
  readonly span: Span;
}
