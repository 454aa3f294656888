import type { AttributeExpression, Expression, IndexExpression, VariableExpression } from '../../ast/expression.ts';

/** A variable and the names that lead from it to an attribute; none for the variable itself. */
export interface AttributeChain {
  readonly root: VariableExpression;
  readonly path: string[];
}

/** The chain that an expression is, if it is one; a constant name in brackets is a name too, unless it has dots. */
export function attributeChain(expression: Expression): AttributeChain | undefined {
  if (expression.kind === 'variable') return { root: expression, path: [] };
  const name = attributeName(expression);
  if (name === undefined) return undefined;
  const chain = attributeChain((expression as AttributeExpression | IndexExpression).object);
  chain?.path.push(name);
  return chain;
}

function attributeName(expression: Expression): string | undefined {
  if (expression.kind === 'attribute') return expression.name;
  if (expression.kind !== 'index' || expression.index.kind !== 'literal') return undefined;
  const { value } = expression.index;
  return typeof value === 'string' && !value.includes('.') ? value : undefined;
}
