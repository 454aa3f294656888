import type { Expression } from '../../ast/expression.ts';
import type { Operator } from '../../plan/operator.ts';
import { definedNames } from '../../plan/operator-facts.ts';
import type { IndexOperator } from '../../plan/operators/source.ts';
import { fetchesMax } from '../../runtime/access/fetch-limit.ts';
import type { Statistics } from '../../statistics/statistics.ts';
import { isElements } from '../index-choice.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { conjuncts } from '../terms/conjuncts.ts';
import { CoveredFields } from '../terms/covered-fields.ts';
import { isOrderless } from '../terms/orderless.ts';

/** Where everything that a query reads of its documents stands in the entries of the index, no document is read. */
export const coveringIndex: Rewrite = {
  name: 'covering-index',
  summary: 'Fields that stand in the entries of the index are taken from there, and no document is read.',
  apply(root, { statistics, interleaves }) {
    if (interleaves) return root;
    const operators = openChain(root);
    for (let position = operators.length - 1; position >= 0; position--) {
      const operator = operators[position];
      if (operator.kind === 'index' && operator.order === 'key') cover(operators, position, operator, statistics);
    }
    return closeChain(operators);
  },
};

/** Puts variables in the place of the fields that the operators above an index read, if all of them are in its entries. */
function cover(operators: Operator[], position: number, access: IndexOperator, statistics: Statistics): void {
  const order = orderOf(operators, position, access, statistics);
  if (order === undefined || access.fields.some(isElements)) return;
  const fields = new CoveredFields(access, position);
  const above: Operator[] = [];
  const renamed = new Map<Expression, Expression>();
  let isVisible = true;
  for (let at = position - 1; at >= 0; at--) {
    const operator = operators[at];
    const replaced = isVisible ? fields.replaceIn(operator) : operator;
    if (replaced === undefined) return;
    if (operator.kind === 'filter' && replaced.kind === 'filter') pair(operator.condition, replaced.condition, renamed);
    above.unshift(replaced);
    if (operator.kind === 'collect' || definedNames(operator).includes(access.variable)) isVisible = false;
  }
  operators.splice(0, position + 1, ...above, {
    ...access,
    order,
    covers: fields.values,
    served: access.served.map((term) => renamed.get(term) ?? term),
    residual: access.residual.map((term) => renamed.get(term) ?? term),
  });
}

/** The terms of a condition before and after fields were replaced in it. */
function pair(before: Expression, after: Expression, renamed: Map<Expression, Expression>): void {
  const terms = conjuncts(after);
  for (const [at, term] of conjuncts(before).entries()) renamed.set(term, terms[at]);
}

/** The order that the entries must be handed on in, or undefined where reading documents is better. */
function orderOf(
  operators: readonly Operator[],
  position: number,
  access: IndexOperator,
  statistics: Statistics,
): 'key' | 'none' | undefined {
  const collection = statistics.collection(access.collection);
  const index = collection?.indexes.find((candidate) => candidate.name === access.index);
  if (collection === undefined || index === undefined || !index.exact) return undefined;
  const isWhole = access.equal.length === access.fields.length;
  if (isWhole) return 'key'; // the entries of one value are in key order
  if (isOrderUnseen(operators, position)) return 'none';
  // Entries are gathered to be sorted by key, and no scan takes over when there are many.
  const rows = statistics.entries(collection, index, access);
  return rows <= fetchesMax(collection.approximateCount) ? 'key' : undefined;
}

/** Whether the rows end in aggregates that do not depend on their order. */
function isOrderUnseen(operators: readonly Operator[], position: number): boolean {
  for (let at = position - 1; at >= 0; at--) {
    const operator = operators[at];
    if (operator.kind === 'filter' || operator.kind === 'let') continue;
    return operator.kind === 'collect' && isOrderless(operator);
  }
  return false;
}
