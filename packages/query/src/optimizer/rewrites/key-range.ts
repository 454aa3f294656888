import type { Bound } from '../../plan/operators/source.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { accessTerms } from '../terms/access-terms.ts';

/** `_key >= value` and the like bound the scan. */
export const keyRange: Rewrite = {
  name: 'key-range',
  summary: 'Comparisons of the key bound the scan.',
  apply(root) {
    const operators = openChain(root);
    operators.forEach((operator, index) => {
      if (operator.kind !== 'scan' || operator.lower !== undefined || operator.upper !== undefined) return;
      const terms = accessTerms(operators, index).fields.filter((term) => term.path === '_key');
      const bound = (strict: string, inclusive: string): Bound | undefined => {
        const term = terms.find(({ operator: sign }) => sign === strict || sign === inclusive);
        return term && { value: term.value, inclusive: term.operator === inclusive };
      };
      const lower = bound('>', '>=');
      const upper = bound('<', '<=');
      if (lower !== undefined || upper !== undefined) operators[index] = { ...operator, lower, upper };
    });
    return closeChain(operators);
  },
};
