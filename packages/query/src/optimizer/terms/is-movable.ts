import type { Expression } from '../../ast/expression.ts';
import { mayThrow } from '../../plan/expressions/may-throw.ts';

/** Whether the expression can be evaluated for more or fewer rows than the text says without failing the statement. */
export function isMovable(expression: Expression): boolean {
  return !mayThrow(expression, 'errors-and-limits');
}
