import type { Expression } from '../../ast/expression.ts';

/** The terms of nested ANDs, from left to right. */
export function conjuncts(condition: Expression): readonly Expression[] {
  if (condition.kind === 'logical' && condition.operator === 'and') {
    return [...conjuncts(condition.left), ...conjuncts(condition.right)];
  }
  return [condition];
}

/** The terms of nested ORs, from left to right. */
export function disjuncts(condition: Expression): readonly Expression[] {
  if (condition.kind === 'logical' && condition.operator === 'or') {
    return [...disjuncts(condition.left), ...disjuncts(condition.right)];
  }
  return [condition];
}

/** The terms joined with AND again; undefined for none. */
export function conjunction(terms: readonly Expression[]): Expression | undefined {
  if (terms.length === 0) return undefined;
  return terms.reduce((left, right) => ({
    kind: 'logical',
    operator: 'and',
    left,
    right,
    span: { start: left.span.start, end: right.span.end },
  }));
}
