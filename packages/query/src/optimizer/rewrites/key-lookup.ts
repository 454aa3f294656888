import type { KeysOperator, ScanOperator } from '../../plan/operators/source.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { accessTerms } from '../terms/access-terms.ts';

/** `_key == value`, `_id == value` and `IN` read the named documents instead of all. */
export const keyLookup: Rewrite = {
  name: 'key-lookup',
  summary: 'Documents asked for by key are read by key.',
  apply(root) {
    const operators = openChain(root);
    operators.forEach((operator, index) => {
      if (operator.kind !== 'scan' || operator.direction === 'backward') return;
      const keys = keysOperator(operator, accessTerms(operators, index));
      if (keys !== undefined) operators[index] = keys;
    });
    return closeChain(operators);
  },
};

function keysOperator(scan: ScanOperator, terms: ReturnType<typeof accessTerms>): KeysOperator | undefined {
  for (const operator of ['==', 'in'] as const) {
    const found = terms.fields.find(
      (term) => term.operator === operator && (term.path === '_key' || term.path === '_id'),
    );
    if (found === undefined) continue;
    return {
      kind: 'keys',
      input: scan.input,
      variable: scan.variable,
      collection: scan.collection,
      keys: found.value,
      attribute: found.path as '_key' | '_id',
      single: operator === '==',
      served: [found.term],
      residual: terms.all.filter((term) => term !== found.term),
    };
  }
  return undefined;
}
