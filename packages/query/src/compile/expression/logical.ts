import type {
  CaseExpression,
  ConditionalExpression,
  LogicalExpression,
  UnaryExpression,
} from '../../ast/expression.ts';
import type { Scope } from '../scope.ts';
import { comparisonCode } from './comparison.ts';
import type { ExpressionContext, Fragment } from './fragment.ts';
import { choose, lazily } from './lazy.ts';

/** `AND` and `OR` as a JavaScript boolean. */
export function logicalCondition(context: ExpressionContext, expression: LogicalExpression, scope: Scope): string {
  const left = context.condition(expression.left, scope);
  const right = () => context.condition(expression.right, scope);
  const shape =
    expression.operator === 'and'
      ? { inline: (a: string, b: string) => `(${a} && ${b})`, guard: (local: string) => local }
      : { inline: (a: string, b: string) => `(${a} || ${b})`, guard: (local: string) => `!${local}` };
  return lazily(context.emitter, left, right, shape);
}

/** `AND`, `OR` give a boolean; `||` the first operand that is true, else the last; `??` the first that is not null. */
export function compileLogical(context: ExpressionContext, expression: LogicalExpression, scope: Scope): Fragment {
  if (expression.operator === 'and' || expression.operator === 'or') {
    return { code: logicalCondition(context, expression, scope), type: 'boolean' };
  }
  const left = context.fragment(expression.left, scope);
  const right = () => context.value(expression.right, scope);
  const shape =
    expression.operator === '||'
      ? { inline: (a: string, b: string) => `(${a} || ${b})`, guard: (local: string) => `!${local}` }
      : { inline: (a: string, b: string) => `(${a} ?? ${b})`, guard: (local: string) => `${local} === null` };
  return { code: lazily(context.emitter, left.code, right, shape), type: 'any' };
}

export function notCondition(context: ExpressionContext, expression: UnaryExpression, scope: Scope): string {
  return `!${context.condition(expression.operand, scope)}`;
}

/** `condition ? consequent : alternate`. */
export function compileConditional(
  context: ExpressionContext,
  expression: ConditionalExpression,
  scope: Scope,
): Fragment {
  const code = choose(
    context.emitter,
    context.condition(expression.condition, scope),
    () => context.value(expression.consequent, scope),
    () => context.value(expression.alternate, scope),
  );
  return { code, type: 'any' };
}

/** Both forms of CASE: the first branch whose condition holds leaves the block. */
export function compileCase(context: ExpressionContext, expression: CaseExpression, scope: Scope): Fragment {
  const { emitter } = context;
  const result = emitter.local('result', 'null');
  const label = emitter.fresh('chosen');
  emitter.block(`${label}:`, () => {
    const subject = expression.subject && emitter.local('subject', context.value(expression.subject, scope));
    for (const branch of expression.branches) {
      emitter.block(`if (${branchCondition(context, subject, branch.when, scope)})`, () => {
        emitter.line(`${result} = ${context.value(branch.then, scope)};`);
        emitter.line(`break ${label};`);
      });
    }
    if (expression.otherwise) emitter.line(`${result} = ${context.value(expression.otherwise, scope)};`);
  });
  return { code: result, type: 'any' };
}

function branchCondition(
  context: ExpressionContext,
  subject: string | undefined,
  when: CaseExpression['branches'][number]['when'],
  scope: Scope,
): string {
  if (subject === undefined) return context.condition(when, scope);
  return comparisonCode(context, '==', { code: subject, type: 'any' }, context.fragment(when, scope));
}
