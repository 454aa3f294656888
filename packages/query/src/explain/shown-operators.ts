import type { Expression } from '../ast/expression.ts';
import { conjunction, conjuncts } from '../optimizer/terms/conjuncts.ts';
import { rewriteExpression } from '../plan/expressions/expression-walk.ts';
import { mapExpressions } from '../plan/expressions/map-expressions.ts';
import type { Operator } from '../plan/operator.ts';
import { chain } from '../plan/operator-facts.ts';
import type { IndexOperator } from '../plan/operators/source.ts';

/**
 * The operators of a chain with expressions as people wrote them: what a covering index hands on in variables of its own is shown as the
 * field that it is.
 */
export function shownOperators(root: Operator): readonly Operator[] {
  const operators = chain(root);
  const written = new Map<string, Expression>();
  for (const operator of operators) {
    if (operator.kind === 'index' && operator.covers !== undefined) noteFields(operator, written);
  }
  if (written.size === 0) return operators;
  const known = new Map<Expression, Expression>();
  const restoreTerm = (term: Expression) => {
    let restored = known.get(term);
    if (restored === undefined) {
      restored = rewriteExpression(term, (part) => (part.kind === 'variable' ? written.get(part.name) : undefined));
      known.set(term, restored);
    }
    return restored;
  };
  const restore = (expression: Expression) => conjunction(conjuncts(expression).map(restoreTerm))!;
  const shown = operators.map((operator) => {
    const mapped = mapExpressions(operator, restore);
    if (mapped.kind !== 'index') return mapped;
    return { ...mapped, served: mapped.served.map(restoreTerm), residual: mapped.residual.map(restoreTerm) };
  });
  return linked(shown);
}

function noteFields({ variable, fields, covers }: IndexOperator, written: Map<string, Expression>): void {
  const span = { start: 0, end: 0 };
  for (const { variable: name, source } of covers!) {
    const path = typeof source === 'number' ? fields[source].split('.') : [source];
    const root: Expression = { kind: 'variable', name: variable, span };
    const field = path.reduce<Expression>(
      (object, member) => ({ kind: 'attribute', object, name: member, optional: false, span }),
      root,
    );
    written.set(name, field);
  }
}

function linked(operators: readonly Operator[]): readonly Operator[] {
  const result = [...operators];
  for (let at = result.length - 2; at >= 0; at--) result[at] = { ...result[at], input: result[at + 1] } as Operator;
  return result;
}
