import type { Operator } from '../../plan/operator.ts';
import type { KeysOperator } from '../../plan/operators/source.ts';
import { estimateRows } from '../../statistics/row-estimates.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { documentPath } from '../terms/field-terms.ts';

/** The loop below must come by at least this share of the inner documents: else searching for each is quicker than walking. */
const WALKED_SHARE = 0.05;

/** Two collections joined by their keys are walked side by side, since both come in key order. */
export const mergeJoin: Rewrite = {
  name: 'merge-join',
  summary: 'An inner loop over documents with the key of the loop below walks both collections side by side.',
  apply(root, { statistics, interleaves }) {
    if (interleaves) return root;
    const operators = openChain(root);
    let rows: ReturnType<typeof estimateRows> | undefined;
    operators.forEach((operator, position) => {
      if (operator.kind !== 'keys' || operator.merge || !joinsKeys(operator, operators, position)) return;
      rows ??= estimateRows(root, statistics);
      const input = rows.get(operator.input) ?? 0;
      if (input < statistics.count(operator.collection) * WALKED_SHARE) return;
      operators[position] = { ...operator, merge: true };
    });
    return closeChain(operators);
  },
};

/** Whether the keys are those of the only loop below, in their order. */
function joinsKeys(keys: KeysOperator, operators: readonly Operator[], position: number): boolean {
  if (!keys.single || keys.attribute !== '_key') return false;
  for (let at = position + 1; at < operators.length; at++) {
    const operator = operators[at];
    if (operator.kind === 'filter' || operator.kind === 'let') continue;
    if (operator.kind !== 'scan' || operator.direction !== 'forward') return false;
    if (documentPath(keys.keys, operator.variable) !== '_key') return false;
    return operators.slice(at + 1).every((below) => below.kind === 'let' || below.kind === 'start');
  }
  return false;
}
