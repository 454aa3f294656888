import type { Expression } from '../../ast/expression.ts';
import { children } from './expression-walk.ts';

/**
 * What counts as failing:
 * - `errors`: only errors that the expression itself throws. Whoever guards it against those needs no more.
 * - `errors-and-limits`: also what may reach a bound of the statement (patterns, texts put together, inner loops). Whoever
 *   moves an expression to where it is evaluated for more rows must not let the statement fail there.
 */
export type ThrowPolicy = 'errors' | 'errors-and-limits';

/** Whether evaluating the expression may fail; what is not known to be safe counts as failing. */
export function mayThrow(expression: Expression, policy: ThrowPolicy = 'errors'): boolean {
  if (failsItself(expression)) return true;
  if (policy === 'errors-and-limits' && meetsLimits(expression)) return true;
  return children(expression).some((part) => mayThrow(part, policy));
}

/** Whether the expression may fail where none of its parts does. */
function failsItself(expression: Expression): boolean {
  switch (expression.kind) {
    case 'index':
      return !isPlainIndex(expression.index);
    case 'unary':
      return expression.operator === '~' || (expression.operator === '-' && !isNumber(expression.operand));
    case 'binary':
      return !totalOperators.has(expression.operator);
    case 'expansion':
      return expression.limit !== undefined;
    case 'call':
      return expression.name !== 'LENGTH'; // which takes any value
    case 'lambda':
    case 'subquery':
      return true;
    default:
      return false;
  }
}

function meetsLimits(expression: Expression): boolean {
  switch (expression.kind) {
    case 'binary':
      return !cheapOperators.has(expression.operator);
    case 'template':
    case 'quantifier':
    case 'expansion':
    case 'array-comparison':
      return true;
    default:
      return false;
  }
}

const cheapOperators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in']);
/** Operators that answer for operands of any type. */
const totalOperators: ReadonlySet<string> = new Set([...cheapOperators, 'like', 'not like', '=~', '!~', '~=']);

function isNumber(expression: Expression): boolean {
  return (
    expression.kind === 'literal' && (typeof expression.value === 'number' || typeof expression.value === 'bigint')
  );
}

function isPlainIndex(expression: Expression): boolean {
  return (
    isNumber(expression) ||
    (expression.kind === 'literal' && typeof expression.value === 'string') ||
    (expression.kind === 'unary' && expression.operator === '-' && isNumber(expression.operand))
  );
}
