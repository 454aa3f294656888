import type { Expression } from '../../ast/expression.ts';
import { children } from '../../plan/expression-walk.ts';

/**
 * Whether evaluating the expression might fail. Cautious: what is not known to be safe counts as failing. Rewrites move
 * only safe expressions to places where they are evaluated for more or fewer rows.
 */
export function mayThrow(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'variable':
    case 'bind':
      return false;
    case 'attribute':
    case 'array':
    case 'object':
    case 'logical':
    case 'conditional':
      return children(expression).some(mayThrow);
    case 'index':
      return expression.index.kind !== 'literal' || mayThrow(expression.object);
    case 'unary':
      return expression.operator !== 'not' || mayThrow(expression.operand);
    case 'binary':
      return !safeOperators.has(expression.operator) || children(expression).some(mayThrow);
    default:
      return true;
  }
}

const safeOperators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in']);
