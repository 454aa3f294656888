import type {
  BinaryExpression,
  Expression,
  LiteralExpression,
  LogicalExpression,
  Span,
  VariableExpression,
} from '../../ast/expression.ts';
import type { Clause, Query } from '../../ast/query.ts';

/* Nodes of the query language's tree, made by hand. Each takes the span of the SQL that it stands for. */

export function literal(value: LiteralExpression['value'], span: Span): LiteralExpression {
  return { kind: 'literal', value, span };
}

export function variable(name: string, span: Span): VariableExpression {
  return { kind: 'variable', name, span };
}

export function attribute(object: Expression, name: string, span: Span): Expression {
  return { kind: 'attribute', object, name, optional: false, span };
}

export function call(name: string, values: readonly Expression[], span: Span): Expression {
  return { kind: 'call', name, written: name, arguments: values, piped: false, span };
}

export function binary(
  operator: BinaryExpression['operator'],
  left: Expression,
  right: Expression,
  span: Span,
): Expression {
  return { kind: 'binary', operator, left, right, span };
}

export function logical(
  operator: LogicalExpression['operator'],
  left: Expression,
  right: Expression,
  span: Span,
): Expression {
  return { kind: 'logical', operator, left, right, span };
}

export function not(operand: Expression): Expression {
  return { kind: 'unary', operator: 'not', operand, span: operand.span };
}

export function conditional(condition: Expression, consequent: Expression, alternate: Expression): Expression {
  return { kind: 'conditional', condition, consequent, alternate, span: condition.span };
}

export function array(elements: readonly Expression[], span: Span): Expression {
  return { kind: 'array', elements, span };
}

export function object(members: readonly { name: string; value: Expression }[], span: Span): Expression {
  return { kind: 'object', members, span };
}

/** All terms joined from left to right; a literal for none. */
export function all(terms: readonly Expression[], span: Span): Expression {
  if (terms.length === 0) return literal(true, span);
  return terms.reduce((left, right) => logical('and', left, right, { start: left.span.start, end: right.span.end }));
}

export function any(terms: readonly Expression[], span: Span): Expression {
  if (terms.length === 0) return literal(false, span);
  return terms.reduce((left, right) => logical('or', left, right, { start: left.span.start, end: right.span.end }));
}

export function isNull(operand: Expression): Expression {
  return binary('==', operand, literal(null, operand.span), operand.span);
}

export function isNotNull(operand: Expression): Expression {
  return binary('!=', operand, literal(null, operand.span), operand.span);
}

export function query(clauses: readonly Clause[], span: Span): Query {
  return { kind: 'query', clauses, span };
}

/** A query in the place of a value: the array of its rows. */
export function subquery(inner: Query): Expression {
  return { kind: 'subquery', query: inner, span: inner.span };
}

/** The elements of an array that are not null. */
export function withoutNulls(list: Expression, span: Span): Expression {
  return {
    kind: 'expansion',
    array: list,
    filter: isNotNull(variable('CURRENT', span)),
    path: [],
    span,
  };
}
