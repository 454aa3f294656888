import type { Expression } from '../../ast/expression.ts';
import { freeNames } from '../../plan/free-names.ts';
import type { Operator } from '../../plan/operator.ts';
import { definedNames, operatorExpressions } from '../../plan/operator-facts.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { conjunction, conjuncts } from '../terms/conjuncts.ts';
import { isMovable } from '../terms/is-movable.ts';

/** Terms of a filter that read nothing of the loops above are tested before those loops run. */
export const filterPushDown: Rewrite = {
  name: 'filter-push-down',
  summary: 'Conditions are tested as early as their variables are known.',
  apply(root) {
    let operators = openChain(root);
    for (let index = 0; index < operators.length; index++) {
      const operator = operators[index];
      if (operator.kind === 'filter') operators = sink(operators, index, operator.condition);
    }
    return closeChain(operators);
  },
};

/** Moves the terms of the filter at `index` to the lowest places where they mean the same. */
function sink(operators: Operator[], index: number, condition: Expression): Operator[] {
  const staying: Expression[] = [];
  const moves = new Map<number, Expression[]>();
  for (const term of conjuncts(condition)) {
    const target = isMovable(term) ? lowest(operators, index, term) : index;
    if (target === index) staying.push(term);
    else moves.set(target, [...(moves.get(target) ?? []), term]);
  }
  if (moves.size === 0) return operators;
  const result: Operator[] = [];
  operators.forEach((operator, at) => {
    if (at !== index) result.push(operator);
    else if (staying.length > 0) result.push({ ...operator, condition: conjunction(staying)! } as Operator);
    const moved = moves.get(at);
    if (moved !== undefined) {
      result.push({ kind: 'filter', input: { kind: 'start' }, condition: conjunction(moved)! });
    }
  });
  return result;
}

/** The position right above which nothing but harmless operators separate the term from its filter. */
function lowest(operators: readonly Operator[], index: number, term: Expression): number {
  const names = freeNames(term);
  let target = index;
  for (let at = index + 1; at < operators.length; at++) {
    const operator = operators[at];
    if (!passable(operator) || definedNames(operator).some((name) => names.has(name))) break;
    // Below a filter or LET alone nothing is gained; a loop in between makes the move worth it.
    if (loopKinds.has(operator.kind)) target = at;
  }
  return target;
}

const loopKinds: ReadonlySet<Operator['kind']> = new Set(['scan', 'values', 'range']);

/** Operators that a filter may change places with: they make or name rows and cannot fail. */
function passable(operator: Operator): boolean {
  if (operator.kind === 'filter') return true;
  if (!loopKinds.has(operator.kind) && operator.kind !== 'let') return false;
  if (operator.kind === 'range') return operator.from.kind === 'literal' && operator.to.kind === 'literal';
  return operatorExpressions(operator).every(isMovable);
}
