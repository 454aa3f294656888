import type { Expression } from '../../ast/expression.ts';
import { rewriteExpression } from '../../plan/expressions/expression-walk.ts';
import { freeNames } from '../../plan/names/free-names.ts';
import type { Operator } from '../../plan/operator.ts';
import { definedNames, operatorExpressions } from '../../plan/operator-facts.ts';
import type { CollectOperator } from '../../plan/operators/collect.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { conjunction, conjuncts } from '../terms/conjuncts.ts';
import { isMovable } from '../terms/is-movable.ts';
import { isOrderless } from '../terms/orderless.ts';

/** Terms of a filter are tested before loops that they read nothing of, before sorting, and before groups are made. */
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
    const place = isMovable(term) ? lowest(operators, index, term) : { at: index, term };
    if (place.at === index) staying.push(term);
    else moves.set(place.at, [...(moves.get(place.at) ?? []), place.term]);
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

/** A term right below the operator `at`, in the words that are known there. */
interface Place {
  readonly at: number;
  readonly term: Expression;
}

/** The lowest place above which nothing but harmless operators separate the term from its filter. */
function lowest(operators: readonly Operator[], index: number, condition: Expression): Place {
  let term = condition;
  let place: Place = { at: index, term };
  for (let at = index + 1; at < operators.length; at++) {
    const operator = operators[at];
    if (operator.kind === 'collect') {
      const below = belowGroups(operator, operators.slice(at + 1), term);
      if (below === undefined) break;
      term = below;
    } else if (!passable(operator) || names(term, definedNames(operator))) break;
    // Below a filter or LET alone nothing is gained; a loop, a sort or groups in between make the move worth it.
    if (worthPassing.has(operator.kind)) place = { at, term };
  }
  return place;
}

function names(term: Expression, variables: readonly string[]): boolean {
  const free = freeNames(term);
  return variables.some((variable) => free.has(variable));
}

const loopKinds: ReadonlySet<Operator['kind']> = new Set(['scan', 'values', 'range']);
const worthPassing: ReadonlySet<Operator['kind']> = new Set([...loopKinds, 'sort', 'collect']);

/** Operators that a filter may change places with: they make, name or order rows and cannot fail. */
function passable(operator: Operator): boolean {
  if (operator.kind === 'filter') return true;
  if (!loopKinds.has(operator.kind) && operator.kind !== 'let' && operator.kind !== 'sort') return false;
  if (operator.kind === 'range') return operator.from.kind === 'literal' && operator.to.kind === 'literal';
  return operatorExpressions(operator).every(isMovable);
}

/**
 * A term over the keys of groups, said of the rows that are gathered in them; undefined where it says more, or where fewer rows could
 * keep an aggregate from failing.
 */
function belowGroups(collect: CollectOperator, below: readonly Operator[], term: Expression): Expression | undefined {
  if (collect.groups.length === 0 || !isTotal(collect)) return undefined;
  const keys = new Map(collect.groups.map(({ variable, expression }) => [variable, expression]));
  const others = [...freeNames(term)].filter((name) => !keys.has(name));
  const hidden = new Set([...definedNames(collect), ...below.flatMap(definedNames)]);
  // A name of the query around this one may mean something else below.
  if (others.some((name) => hidden.has(name))) return undefined;
  return rewriteExpression(term, (part) => (part.kind === 'variable' ? keys.get(part.name) : undefined));
}

/** Whether nothing in the groups can fail, whatever rows come. */
function isTotal(collect: CollectOperator): boolean {
  return isOrderless({ ...collect, into: undefined }) && operatorExpressions(collect).every(isMovable);
}
