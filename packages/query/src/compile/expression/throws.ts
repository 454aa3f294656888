import type { Expression } from '../../ast/expression.ts';
import { isArithmetic } from './arithmetic.ts';

/**
 * Whether evaluating may throw an error of the expression. Deadlines and budgets may end any loop; those are not
 * meant, since nothing catches them.
 */
export function mayThrow(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'variable':
    case 'bind':
      return false;
    case 'attribute':
      return mayThrow(expression.object);
    case 'index':
      return mayThrow(expression.object) || !isPlainIndex(expression.index);
    case 'array':
      return expression.elements.some(mayThrow);
    case 'object':
      return expression.members.some(({ value }) => mayThrow(value));
    case 'template':
      return expression.parts.some((part) => typeof part !== 'string' && mayThrow(part));
    case 'unary':
      return mayThrow(expression.operand) || (expression.operator !== 'not' && !isNumber(expression.operand));
    case 'binary':
      return isArithmetic(expression.operator) || expression.operator === '..' || eitherThrows(expression);
    case 'logical':
    case 'array-comparison':
      return eitherThrows(expression);
    case 'conditional':
      return [expression.condition, expression.consequent, expression.alternate].some(mayThrow);
    case 'case':
      return [
        expression.subject,
        ...expression.branches.flatMap(({ when, then }) => [when, then]),
        expression.otherwise,
      ].some((part) => part !== undefined && mayThrow(part));
    case 'quantifier':
      return mayThrow(expression.array) || (expression.condition !== undefined && mayThrow(expression.condition));
    case 'expansion':
      return (
        expression.limit !== undefined ||
        [expression.array, expression.filter, expression.projection].some(
          (part) => part !== undefined && mayThrow(part),
        )
      );
    case 'call':
      return expression.name !== 'LENGTH' || expression.arguments.some(mayThrow); // which takes any value
    default:
      return true;
  }
}

function eitherThrows({ left, right }: { readonly left: Expression; readonly right: Expression }): boolean {
  return mayThrow(left) || mayThrow(right);
}

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
