import type { SortKey } from '../../ast/expression.ts';
import type { Operator } from '../../plan/operator.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { documentPath } from '../terms/field-terms.ts';

/** A SORT by the key of the only loop is left out, since accesses hand documents on in key order; DESC scans backward. */
export const sortElimination: Rewrite = {
  name: 'sort-elimination',
  summary: 'SORT by key needs no sorting where the documents come in key order.',
  apply(root) {
    const operators = openChain(root);
    for (let index = operators.length - 1; index >= 0; index--) {
      const sort = operators[index];
      if (sort.kind !== 'sort') continue;
      const source = onlyLoop(operators, index);
      if (source === undefined || !isKeyOf(sort.keys[0], operators[source])) continue;
      const access = operators[source];
      if (sort.keys[0].descending) {
        if (access.kind !== 'scan') continue;
        operators[source] = { ...access, direction: 'backward' };
      }
      operators.splice(index, 1);
    }
    return closeChain(operators);
  },
};

/** The access whose documents reach the sort in order: nothing but filters and LETs above it, no loop below it. */
function onlyLoop(operators: readonly Operator[], sort: number): number | undefined {
  for (let index = sort + 1; index < operators.length; index++) {
    const operator = operators[index];
    if (operator.kind === 'filter' || operator.kind === 'let') continue;
    const isAccess = ['scan', 'index', 'keys'].includes(operator.kind);
    const alone = operators.slice(index + 1).every((below) => below.kind === 'let' || below.kind === 'start');
    return isAccess && alone ? index : undefined;
  }
  return undefined;
}

/** The key is unique, so whatever keys follow it never decide. */
function isKeyOf(key: SortKey, access: Operator): boolean {
  if (access.kind !== 'scan' && access.kind !== 'index' && access.kind !== 'keys') return false;
  if (access.kind === 'scan' && access.direction === 'backward') return false;
  const path = documentPath(key.expression, access.variable);
  return path === '_key' || path === '_id';
}
