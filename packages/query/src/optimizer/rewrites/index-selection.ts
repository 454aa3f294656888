import { chooseIndex, indexOperator } from '../index-choice.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { accessTerms } from '../terms/access-terms.ts';

/** Filters on the leading fields of an index read through it, where that is cheaper than a scan. */
export const indexSelection: Rewrite = {
  name: 'index-selection',
  summary: 'Filters on the leading fields of an index read through the index.',
  apply(root, { statistics }) {
    const operators = openChain(root);
    operators.forEach((operator, position) => {
      if (operator.kind !== 'scan' || operator.direction === 'backward') return;
      const collection = statistics.collection(operator.collection);
      if (collection === undefined || collection.indexes.length === 0) return;
      const terms = accessTerms(operators, position);
      if (terms.fields.length === 0) return;
      const { chosen } = chooseIndex({ collection, terms: terms.fields, statistics, limited: terms.limited });
      if (chosen !== undefined) operators[position] = indexOperator(operator, chosen, terms);
    });
    return closeChain(operators);
  },
};
