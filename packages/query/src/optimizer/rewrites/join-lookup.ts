import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { conjuncts } from '../terms/conjuncts.ts';
import { fieldTerm } from '../terms/field-terms.ts';

/** JOIN with an equality in its condition looks candidates up in a table instead of trying all documents. */
export const joinLookup: Rewrite = {
  name: 'join-lookup',
  summary: 'JOIN with an equality looks candidates up in a table built from one scan.',
  apply(root) {
    const operators = openChain(root);
    operators.forEach((operator, index) => {
      if (operator.kind !== 'join' || operator.lookup !== undefined || operator.through !== undefined) return;
      const unknown = new Set([operator.variable]);
      for (const term of conjuncts(operator.condition)) {
        const equality = fieldTerm(term, operator.variable, unknown);
        if (equality?.operator !== '==') continue;
        operators[index] = { ...operator, lookup: { field: equality.field, value: equality.value } };
        return;
      }
    });
    return closeChain(operators);
  },
};
