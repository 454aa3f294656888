import type { Expression } from '../../../ast/expression.ts';
import { printExpression } from '../../../ast/print.ts';

/** Functions that answer something for every argument. */
const NEVER_NULL: ReadonlySet<string> = new Set([
  'COUNT',
  'LENGTH',
  'CONCAT',
  'CONCAT_SEPARATOR',
  'NOW',
  'NOW_ISO',
  'RANDOM',
  'UUID',
  'TO_STRING',
  'TO_NUMBER',
  'TO_BOOL',
  'IS_ARRAY',
]);

/** System members that every stored document has. */
const SYSTEM_MEMBERS: ReadonlySet<string> = new Set(['_key', '_id', '_rev', '_created_at', '_updated_at']);

/** Whether the expression may be null; `documents` are the variables that always hold a stored document. */
export function isNullable(expression: Expression, documents: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case 'literal':
      return expression.value === null;
    case 'array':
    case 'object':
    case 'subquery':
    case 'template':
    case 'quantifier':
    case 'array-comparison':
      return false;
    case 'unary':
      return expression.operator !== 'not';
    case 'logical':
      return expression.operator !== 'and' && expression.operator !== 'or';
    case 'binary':
      return !COMPARISONS.has(expression.operator);
    case 'call':
      return !NEVER_NULL.has(expression.name);
    case 'conditional':
      return isNullable(expression.consequent, documents) || isNullable(expression.alternate, documents);
    case 'attribute':
      return !(
        SYSTEM_MEMBERS.has(expression.name) &&
        expression.object.kind === 'variable' &&
        documents.has(expression.object.name)
      );
    default:
      return true;
  }
}

const COMPARISONS: ReadonlySet<string> = new Set([
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'like',
  'not like',
  '=~',
  '!~',
  '~=',
]);

/** The text of a path, a variable or a bind, by which two of them are told to be the same; undefined for anything else. */
export function pathKey(expression: Expression): string | undefined {
  let at = expression;
  while (at.kind === 'attribute') at = at.object;
  return at.kind === 'variable' || at.kind === 'bind' ? printExpression(expression) : undefined;
}
