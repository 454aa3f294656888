import type { Value } from '@cairn/protocol/internal';
import type { ComparisonOperator, Expression } from '../../ast/expression.ts';
import {
  Comparand,
  compareStored,
  equalsKey,
  equalsStored,
  storedAbove,
  storedAtLeast,
  storedAtMost,
  storedBelow,
  storedHas,
} from '../field-finder/compare-stored.ts';
import { isSystemMember } from '../field-finder/system-members.ts';
import type { Scope } from '../scope.ts';
import { bindLocal } from './access.ts';
import { isArithmetic } from './arithmetic.ts';
import type { ExpressionContext, StoredPath } from './fragment.ts';

const mirrored: Partial<Readonly<Record<ComparisonOperator, ComparisonOperator>>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const aboveOrBelow: Partial<Readonly<Record<ComparisonOperator, typeof storedAbove>>> = {
  '<': storedBelow,
  '<=': storedAtMost,
  '>': storedAbove,
  '>=': storedAtLeast,
};

/**
 * A comparison of a stored field with a constant or a bind value, made on the bytes without decoding them; undefined
 * for any other comparison.
 */
export function storedComparison(
  context: ExpressionContext,
  operator: ComparisonOperator,
  left: Expression,
  right: Expression,
  scope: Scope,
): string | undefined {
  if (operator === 'in' || operator === 'not in') return storedMembership(context, operator, left, right, scope);
  if (mirrored[operator] === undefined) return undefined;
  if (operator === '==' || operator === '!=') {
    const key =
      keyComparison(context, operator, left, right, scope) ?? keyComparison(context, operator, right, left, scope);
    if (key !== undefined) return key;
  }
  const path = context.storedPath(left, scope);
  if (path !== undefined) return compareWith(context, operator, path, right, scope);
  const mirroredPath = context.storedPath(right, scope);
  return mirroredPath && compareWith(context, mirrored[operator], mirroredPath, left, scope);
}

/** `u._key == 'k1'`, on the bytes of the key. */
function keyComparison(
  context: ExpressionContext,
  operator: '==' | '!=',
  left: Expression,
  right: Expression,
  scope: Scope,
): string | undefined {
  if (left.kind !== 'attribute' || left.name !== '_key') return undefined;
  const fields = context.storedDocument(left.object, scope);
  const known = fields && comparand(context, right, scope);
  if (fields === undefined || known === undefined) return undefined;
  const { emitter } = context;
  const place = `${fields.bytes}, ${fields.record}`;
  return `${operator === '==' ? '' : '!'}${emitter.constant(equalsKey, 'equalsKey')}(${place}, ${known.code})`;
}

function compareWith(
  context: ExpressionContext,
  operator: ComparisonOperator,
  path: StoredPath,
  other: Expression,
  scope: Scope,
): string | undefined {
  const known = comparand(context, other, scope);
  if (known === undefined) return undefined;
  const { emitter } = context;
  const place = `${path.fields.bytes}, ${path.fields.position(path.path)}`;
  if (operator === '==' || operator === '!=') {
    return `${operator === '==' ? '' : '!'}${emitter.constant(equalsStored, 'equalsStored')}(${place}, ${known.code})`;
  }
  if (typeof known.constant === 'number') {
    const test = emitter.constant(aboveOrBelow[operator]!, 'test');
    return `${test}(${place}, ${known.constant}, ${known.code})`;
  }
  return `(${emitter.constant(compareStored, 'compareStored')}(${place}, ${known.code}) ${operator} 0)`;
}

/** `constant IN u.tags`. */
function storedMembership(
  context: ExpressionContext,
  operator: ComparisonOperator,
  left: Expression,
  right: Expression,
  scope: Scope,
): string | undefined {
  const not = operator === 'in' ? '' : '!';
  const document = context.storedDocument(right, scope);
  if (document !== undefined) {
    if (left.kind !== 'literal' || typeof left.value !== 'string') return undefined;
    return isSystemMember(left.value) ? `${not}true` : `${not}(${document.position([left.value])} > 0)`;
  }
  const path = context.storedPath(right, scope);
  if (path === undefined) return undefined;
  const known = comparand(context, left, scope);
  if (known === undefined) return undefined;
  const has = context.emitter.constant(storedHas, 'storedHas');
  return `${not}${has}(${path.fields.bytes}, ${path.fields.position(path.path)}, ${known.code})`;
}

/** The code of a comparand for a constant or a bind value, made once a query or once a run. */
function comparand(
  context: ExpressionContext,
  expression: Expression,
  scope: Scope,
): { code: string; constant?: Value } | undefined {
  const { emitter } = context;
  if (expression.kind === 'bind') {
    const value = bindLocal(context, expression.name);
    return { code: emitter.prologueOnce('comparand', `new ${emitter.constant(Comparand, 'Comparand')}(${value})`) };
  }
  const value = constantValue(context, expression, scope);
  if (value === undefined) return undefined;
  return { code: emitter.constant(new Comparand(value), 'comparand'), constant: value };
}

function constantValue(context: ExpressionContext, expression: Expression, scope: Scope): Value | undefined {
  return isConstant(expression) ? context.fragment(expression, scope).constant?.value : undefined;
}

/** Whether the text alone says the value. Asked before compiling, since what is compiled twice at each level of a tree takes for ever. */
function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'unary':
      return expression.operator !== 'not' && isConstant(expression.operand);
    case 'binary':
      return isArithmetic(expression.operator) && isConstant(expression.left) && isConstant(expression.right);
    case 'array':
      return expression.elements.every(isConstant);
    default:
      return false;
  }
}
