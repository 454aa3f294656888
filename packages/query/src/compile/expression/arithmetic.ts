import type { Value } from '@cairn/protocol/internal';
import type { BinaryExpression, UnaryExpression } from '../../ast/expression.ts';
import { add, divide, multiply, negate, remainder, subtract } from '../../runtime/values/arithmetic.ts';
import { bitAnd, bitNot, bitOr, bitXor, shiftLeft, shiftRight } from '../../runtime/values/bitwise.ts';
import type { Site } from '../../runtime/values/expression-error.ts';
import { EXPRESSION_LIMITS } from '../../runtime/values/limits.ts';
import { range } from '../../runtime/values/range.ts';
import type { Scope } from '../scope.ts';
import { constantFragment, type ExpressionContext, type Fragment, type StaticType } from './fragment.ts';

type BinaryOperation = (a: Value, b: Value, site: Site) => Value;

const operations: ReadonlyMap<string, BinaryOperation> = new Map<string, BinaryOperation>([
  ['+', add],
  ['-', subtract],
  ['*', multiply],
  ['/', divide],
  ['%', remainder],
  ['&', bitAnd],
  ['|', bitOr],
  ['^', bitXor],
  ['<<', shiftLeft],
  ['>>', shiftRight],
]);

/** Whether the operator computes from numbers (`+` from texts too), and may refuse what it gets. */
export function isArithmetic(operator: string): boolean {
  return operations.has(operator);
}

/** `+ - * / %` and `& | ^ << >>`. */
export function compileArithmetic(context: ExpressionContext, expression: BinaryExpression, scope: Scope): Fragment {
  const operation = operations.get(expression.operator)!;
  const left = context.fragment(expression.left, scope);
  const right = context.fragment(expression.right, scope);
  if (left.constant && right.constant) {
    const folded = attempt(() => operation(left.constant!.value, right.constant!.value, expression.span));
    if (folded !== undefined) return constantFragment(context, folded);
  }
  const { emitter } = context;
  return {
    code: `${emitter.constant(operation, 'compute')}(${left.code}, ${right.code}, ${emitter.constant(expression.span)})`,
    type: resultType(expression.operator, left, right),
  };
}

function resultType(operator: string, left: Fragment, right: Fragment): StaticType {
  if (operator === '-' || operator === '*') return 'double';
  if (operator !== '+') return 'any';
  for (const type of ['double', 'string'] as const) if (left.type === type || right.type === type) return type;
  return 'any';
}

/** `-x` and `~x`. */
export function compileNegation(context: ExpressionContext, expression: UnaryExpression, scope: Scope): Fragment {
  const operation = expression.operator === '-' ? negate : bitNot;
  const operand = context.fragment(expression.operand, scope);
  if (operand.constant) {
    const folded = attempt(() => operation(operand.constant!.value, expression.span));
    if (folded !== undefined) return constantFragment(context, folded);
  }
  const { emitter } = context;
  return {
    code: `${emitter.constant(operation, 'compute')}(${operand.code}, ${emitter.constant(expression.span)})`,
    type: operation === negate && operand.type === 'double' ? 'double' : 'any',
  };
}

/** `a..b`; a small constant one is made once. */
export function compileRange(context: ExpressionContext, expression: BinaryExpression, scope: Scope): Fragment {
  const first = context.fragment(expression.left, scope);
  const last = context.fragment(expression.right, scope);
  const from = first.constant?.value;
  const to = last.constant?.value;
  if (typeof from === 'number' && typeof to === 'number' && to - from < EXPRESSION_LIMITS.foldedElementsMax) {
    const folded = attempt(() => range(from, to, expression.span));
    if (folded !== undefined) return constantFragment(context, folded);
  }
  const { emitter } = context;
  const site = emitter.constant(expression.span);
  return {
    code: `${emitter.constant(range, 'range')}(${first.code}, ${last.code}, ${site}, ${context.run})`,
    type: 'array',
  };
}

/** Undefined when it throws: then it has to throw where and when the query evaluates it, if it does. */
function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
