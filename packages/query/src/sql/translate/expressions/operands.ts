import type { BinaryExpression, Expression } from '../../../ast/expression.ts';
import { printExpression } from '../../../ast/print.ts';
import type { SqlBinary, SqlExpression, SqlUnary } from '../../tree/sql-expression.ts';
import type { Scope } from '../scope.ts';
import type { Translation } from '../translation.ts';
import { any, binary, call, conditional, isNull, literal } from '../tree.ts';
import { isNullable, pathKey } from './nullability.ts';

/**
 * An expression taken apart: `raw` may be evaluated when no condition of `nulls` is true, and its value is NULL when one
 * is. Operators of the query language fail on null where those of SQL answer NULL.
 */
export interface Operand {
  readonly raw: Expression;
  readonly nulls: readonly Expression[];
}

/** Operators that answer NULL when a side is NULL, and fail on null in the query language. */
export function isStrict(node: SqlExpression): boolean {
  if (node.kind === 'unary') return node.operator !== 'not';
  return node.kind === 'binary' && STRICT.has(node.operator);
}

const STRICT: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '&', '|', '<<', '>>', '||']);

/** Takes an expression apart where an operator is strict; anything else is a value that is null by itself. */
export function operand(node: SqlExpression, scope: Scope, translation: Translation): Operand {
  if (!isStrict(node)) {
    const raw = translation.value(node, scope);
    return { raw, nulls: isNullable(raw, translation.documents) ? [isNull(raw)] : [] };
  }
  const parts =
    node.kind === 'unary' ? ofSign(node, scope, translation) : ofOperator(node as SqlBinary, scope, translation);
  return distinctNulls(parts);
}

function ofSign(node: SqlUnary, scope: Scope, translation: Translation): Operand {
  const inner = operand(node.operand, scope, translation);
  if (node.operator === '+') return inner;
  const operator = node.operator as '-' | '~';
  return { raw: { kind: 'unary', operator, operand: inner.raw, span: node.span }, nulls: inner.nulls };
}

function ofOperator(node: SqlBinary, scope: Scope, translation: Translation): Operand {
  const left = operand(node.left, scope, translation);
  const right = operand(node.right, scope, translation);
  const nulls = [...left.nulls, ...right.nulls];
  if (node.operator === '||') return { raw: concatenation(left.raw, right.raw, node), nulls };
  const raw = binary(node.operator as BinaryExpression['operator'], left.raw, right.raw, node.span);
  const divides = node.operator === '/' || node.operator === '%';
  if (!divides || (right.raw.kind === 'literal' && right.raw.value !== 0)) return { raw, nulls };
  return { raw, nulls: [...nulls, binary('==', right.raw, literal(0, node.span), node.span)] };
}

/** `a || b || c` is one call. */
function concatenation(left: Expression, right: Expression, { span }: SqlBinary): Expression {
  const parts = (side: Expression) => (side.kind === 'call' && side.name === 'CONCAT' ? side.arguments : [side]);
  return call('CONCAT', [...parts(left), ...parts(right)], span);
}

/** Each condition on a path once. */
function distinctNulls({ raw, nulls }: Operand): Operand {
  const seen = new Set<string>();
  const kept = nulls.filter((condition) => {
    const isPath = condition.kind === 'binary' && pathKey(condition.left) !== undefined;
    const key = isPath ? printExpression(condition) : undefined;
    if (key === undefined || !seen.has(key)) return key === undefined || seen.add(key);
    return false;
  });
  return { raw, nulls: kept };
}

/** The value of a strict operator, null where SQL says NULL. */
export function strictValue(node: SqlExpression, scope: Scope, translation: Translation): Expression {
  const { raw, nulls } = operand(node, scope, translation);
  return nulls.length === 0 ? raw : conditional(any(nulls, node.span), literal(null, node.span), raw);
}
