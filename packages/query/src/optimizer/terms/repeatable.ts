import type { Expression } from '../../ast/expression.ts';
import { functionByName } from '../../functions/registry.ts';
import { someExpression } from '../../plan/expressions/expression-walk.ts';

/**
 * Whether the expression has the same value wherever it is evaluated during a statement: no chance, no stored documents,
 * no subquery. The clock is repeatable, since it stands still while a statement runs.
 */
export function isRepeatable(expression: Expression): boolean {
  return !someExpression(expression, (part) => {
    if (part.kind === 'subquery' || (part.kind === 'call' && part.over !== undefined)) return true;
    if (part.kind !== 'call') return false;
    const definition = functionByName(part.name);
    return definition?.pure === false && definition.category !== 'date';
  });
}
