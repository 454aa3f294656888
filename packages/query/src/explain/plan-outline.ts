import { withoutLiterals } from '../language-service/tokens/without-literals.ts';
import { someExpression } from '../plan/expressions/expression-walk.ts';
import type { Operator } from '../plan/operator.ts';
import { operatorExpressions } from '../plan/operator-facts.ts';
import type { Plan } from '../plan/plan.ts';
import { operatorName } from './explain.ts';
import { describeOperator } from './operator-text.ts';
import { shownOperators } from './shown-operators.ts';

/** A plan in a few lines: an operator a line, each above the one that feeds it, and no value of the text. */
export function planOutline(plan: Plan): string {
  return linesOf(plan.root, plan, '').join('\n');
}

function linesOf(root: Operator, plan: Plan, indent: string): string[] {
  return shownOperators(root).flatMap((operator) => {
    if (operator.kind === 'start') return [];
    const detail = withoutLiterals(describeOperator(operator, plan)) ?? '';
    return [`${indent}${operatorName(operator)} ${detail}`.trimEnd(), ...subqueries(operator, plan, `${indent}  `)];
  });
}

function subqueries(operator: Operator, plan: Plan, indent: string): string[] {
  const lines: string[] = [];
  for (const expression of operatorExpressions(operator)) {
    someExpression(expression, (part) => {
      const subquery = part.kind === 'subquery' ? plan.subqueries.get(part.query) : undefined;
      if (subquery !== undefined) lines.push(...linesOf(subquery.root, plan, indent));
      return false;
    });
  }
  return lines;
}
