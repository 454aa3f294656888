import type { Value } from '@cairn/protocol/internal';
import type { BinaryExpression, ComparisonOperator, Expression } from '../../ast/expression.ts';
import { isAbove, isAtLeast, isAtMost, isBelow, isEqual } from '../../runtime/values/comparison.ts';
import { isAnswer, isMember, Membership } from '../../runtime/values/membership.ts';
import { isAlike } from '../../runtime/values/text/fuzzy.ts';
import { compileLikeTest, isLike } from '../../runtime/values/text/like.ts';
import { matchesPattern, mismatchesPattern } from '../../runtime/values/text/regular-expression.ts';
import type { Scope } from '../scope.ts';
import { bindLocal } from './access.ts';
import { constantFragment, type ExpressionContext, type Fragment } from './fragment.ts';
import { storedComparison } from './stored-comparison.ts';

type Test = (a: Value, b: Value) => boolean;

/** Each operator as a test of two values; `negated` where the operator is its contrary. */
const tests: Readonly<Record<ComparisonOperator, { readonly test: Test; readonly negated?: boolean }>> = {
  '==': { test: isEqual },
  '!=': { test: isEqual, negated: true },
  '<': { test: isBelow },
  '<=': { test: isAtMost },
  '>': { test: isAbove },
  '>=': { test: isAtLeast },
  in: { test: isMember },
  'not in': { test: isMember, negated: true },
  like: { test: isLike },
  'not like': { test: isLike, negated: true },
  '=~': { test: matchesPattern },
  '!~': { test: mismatchesPattern },
  '~=': { test: isAlike },
};

/** JavaScript of the same meaning for two numbers. */
const ofDoubles: Partial<Readonly<Record<ComparisonOperator, string>>> = {
  '==': '===',
  '!=': '!==',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** A comparison as a fragment: a boolean, known now when both sides are. */
export function compileComparison(
  context: ExpressionContext,
  expression: BinaryExpression & { readonly operator: ComparisonOperator },
  scope: Scope,
): Fragment {
  const { operator, left, right } = expression;
  const stored = storedComparison(context, operator, left, right, scope);
  if (stored !== undefined) return { code: stored, type: 'boolean' };
  const a = context.fragment(left, scope);
  const prepared = preparedComparison(context, operator, a, right, scope);
  if (prepared !== undefined) return { code: prepared, type: 'boolean' };
  const b = context.fragment(right, scope);
  if (a.constant && b.constant) {
    const { test, negated = false } = tests[operator];
    return constantFragment(context, test(a.constant.value, b.constant.value) !== negated);
  }
  return { code: comparisonCode(context, operator, a, b), type: 'boolean' };
}

/** `IN` with a bind value: the container is made ready once a run; with a subquery, when its answers stay the same. */
function preparedComparison(
  context: ExpressionContext,
  operator: ComparisonOperator,
  left: Fragment,
  right: Expression,
  scope: Scope,
): string | undefined {
  if (operator !== 'in' && operator !== 'not in') return undefined;
  const { emitter } = context;
  if (right.kind === 'subquery') {
    const test = `${emitter.constant(isAnswer, 'isAnswer')}(${left.code}, ${context.fragment(right, scope).code})`;
    return operator === 'in' ? test : `!${test}`;
  }
  if (right.kind !== 'bind') return undefined;
  const container = bindLocal(context, right.name);
  const membership = emitter.prologueOnce('members', `new ${emitter.constant(Membership, 'Membership')}(${container})`);
  return `${operator === 'in' ? '' : '!'}${membership}.has(${left.code})`;
}

/** A comparison of two fragments as JavaScript that gives a boolean. */
export function comparisonCode(
  context: ExpressionContext,
  operator: ComparisonOperator,
  left: Fragment,
  right: Fragment,
): string {
  const { emitter } = context;
  const { test, negated = false } = tests[operator];
  const not = negated ? '!' : '';
  if (left.type === 'double' && right.type === 'double' && ofDoubles[operator] !== undefined) {
    return `(${left.code} ${ofDoubles[operator]} ${right.code})`;
  }
  if (test === isEqual && isSimple(left, right)) return `(${left.code} ${negated ? '!==' : '==='} ${right.code})`;
  if (right.constant && test === isMember && Array.isArray(right.constant.value)) {
    return `${not}${emitter.constant(new Membership(right.constant.value), 'members')}.has(${left.code})`;
  }
  if (right.constant && test === isLike) {
    return `${not}${emitter.constant(compileLikeTest(right.constant.value), 'like')}(${left.code})`;
  }
  return `${not}${emitter.constant(test, 'test')}(${left.code}, ${right.code})`;
}

/** Whether JavaScript's `===` is the language's equality: when one side is null, a boolean or a text. */
function isSimple(left: Fragment, right: Fragment): boolean {
  const simple = (type: string) => type === 'null' || type === 'boolean' || type === 'string';
  return simple(left.type) || simple(right.type);
}
