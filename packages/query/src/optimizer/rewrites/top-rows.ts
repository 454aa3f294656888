import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';

/** SORT with LIMIT right after it keeps the best rows only, instead of sorting all. */
export const topRows: Rewrite = {
  name: 'top-rows',
  summary: 'SORT followed by LIMIT keeps only the rows that LIMIT passes on.',
  apply(root) {
    const operators = openChain(root);
    for (let index = 0; index + 1 < operators.length; index++) {
      const limit = operators[index];
      const sort = operators[index + 1];
      if (limit.kind !== 'limit' || sort.kind !== 'sort') continue;
      const { offset, count } = limit;
      operators.splice(index, 2, { kind: 'top', input: sort.input, keys: sort.keys, offset, count });
    }
    return closeChain(operators);
  },
};
