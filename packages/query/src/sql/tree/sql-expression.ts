import type { Span } from '../../ast/expression.ts';
import type { SelectQuery, SortItem } from './sql-query.ts';

/** An expression of SQL as it was written, before names are resolved. */
export type SqlExpression =
  | SqlLiteral
  | SqlParameter
  | SqlColumn
  | SqlUnary
  | SqlBinary
  | SqlIs
  | SqlDistinctFrom
  | SqlBetween
  | SqlIn
  | SqlLike
  | SqlExists
  | SqlScalarQuery
  | SqlQuantified
  | SqlCase
  | SqlCast
  | SqlCall
  | SqlIndex
  | SqlArray;

export interface SqlLiteral {
  readonly kind: 'literal';
  readonly value: null | boolean | number | bigint | string;
  readonly span: Span;
}

/** `?`, `$1`, `:name`, `@name`: the bind variable `name`; the n-th `?` has the name `n`. */
export interface SqlParameter {
  readonly kind: 'parameter';
  readonly name: string;
  readonly span: Span;
}

/** `a`, `t.a`, `t.a.b`: whether the first name is a table or a column is decided by the translation. */
export interface SqlColumn {
  readonly kind: 'column';
  readonly path: readonly string[];
  readonly span: Span;
}

export interface SqlUnary {
  readonly kind: 'unary';
  readonly operator: 'not' | '-' | '+' | '~';
  readonly operand: SqlExpression;
  readonly span: Span;
}

export type SqlComparison = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type SqlArithmetic = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '<<' | '>>';

/** Operators that evaluate both sides. `->` and `->>` read a member of an object or an element of an array. */
export interface SqlBinary {
  readonly kind: 'binary';
  readonly operator: SqlComparison | SqlArithmetic | 'and' | 'or' | '||' | '->' | '->>';
  readonly left: SqlExpression;
  readonly right: SqlExpression;
  readonly span: Span;
}

/** `x IS [NOT] NULL`, `… TRUE`, `… FALSE`, `… UNKNOWN`. */
export interface SqlIs {
  readonly kind: 'is';
  readonly operand: SqlExpression;
  readonly test: 'null' | 'true' | 'false';
  readonly negated: boolean;
  readonly span: Span;
}

/** `a IS [NOT] DISTINCT FROM b`: an equality in which NULL equals NULL. */
export interface SqlDistinctFrom {
  readonly kind: 'distinct-from';
  readonly left: SqlExpression;
  readonly right: SqlExpression;
  readonly negated: boolean;
  readonly span: Span;
}

export interface SqlBetween {
  readonly kind: 'between';
  readonly operand: SqlExpression;
  readonly low: SqlExpression;
  readonly high: SqlExpression;
  readonly negated: boolean;
  readonly span: Span;
}

export interface SqlIn {
  readonly kind: 'in';
  readonly operand: SqlExpression;
  readonly source: readonly SqlExpression[] | SelectQuery;
  readonly negated: boolean;
  readonly span: Span;
}

export interface SqlLike {
  readonly kind: 'like';
  readonly operand: SqlExpression;
  readonly pattern: SqlExpression;
  readonly escapeSign?: SqlExpression;
  readonly ignoresCase: boolean;
  readonly negated: boolean;
  readonly span: Span;
}

export interface SqlExists {
  readonly kind: 'exists';
  readonly query: SelectQuery;
  readonly span: Span;
}

/** A query in the place of a value. */
export interface SqlScalarQuery {
  readonly kind: 'scalar-query';
  readonly query: SelectQuery;
  readonly span: Span;
}

/** `x < ANY (SELECT …)`, `x = ALL (SELECT …)`; SOME is ANY. */
export interface SqlQuantified {
  readonly kind: 'quantified';
  readonly operator: SqlComparison;
  readonly quantifier: 'any' | 'all';
  readonly operand: SqlExpression;
  readonly query: SelectQuery;
  readonly span: Span;
}

export interface SqlCase {
  readonly kind: 'case';
  readonly subject?: SqlExpression;
  readonly branches: readonly { readonly when: SqlExpression; readonly result: SqlExpression }[];
  readonly otherwise?: SqlExpression;
  readonly span: Span;
}

/** A type by its name, in upper case, and what stood in parentheses behind it. */
export interface SqlType {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly isArray: boolean;
  readonly span: Span;
}

export interface SqlCast {
  readonly kind: 'cast';
  readonly operand: SqlExpression;
  readonly type: SqlType;
  readonly span: Span;
}

/** `NAME(…)`; `name` is upper case. `star` is `COUNT(*)`. */
export interface SqlCall {
  readonly kind: 'call';
  readonly name: string;
  readonly written: string;
  readonly arguments: readonly SqlExpression[];
  readonly star: boolean;
  readonly distinct: boolean;
  /** `ORDER BY` inside the parentheses of an aggregate. */
  readonly order: readonly SortItem[];
  /** `FILTER (WHERE …)`. */
  readonly filter?: SqlExpression;
  readonly over?: { readonly partition: readonly SqlExpression[]; readonly order: readonly SortItem[] };
  readonly span: Span;
}

/** `tags[0]`, counted from 0; `object['name']`. */
export interface SqlIndex {
  readonly kind: 'index';
  readonly object: SqlExpression;
  readonly index: SqlExpression;
  readonly span: Span;
}

/** `ARRAY[1, 2]`. */
export interface SqlArray {
  readonly kind: 'array';
  readonly elements: readonly SqlExpression[];
  readonly span: Span;
}
