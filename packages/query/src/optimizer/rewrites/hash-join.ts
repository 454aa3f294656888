import { freeNames } from '../../plan/names/free-names.ts';
import type { Operator } from '../../plan/operator.ts';
import type { HashOperator } from '../../plan/operators/source.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { accessTerms } from '../terms/access-terms.ts';

/** An inner loop filtered by an equality without an index looks its documents up in a table built once. */
export const hashJoin: Rewrite = {
  name: 'hash-join',
  summary: 'An inner loop filtered by an equality looks documents up in a table built from one scan.',
  apply(root, { repeated }) {
    const operators = openChain(root);
    operators.forEach((operator, index) => {
      if (operator.kind !== 'scan' || operator.lower || operator.upper || operator.direction === 'backward') return;
      if (!repeated && !repeats(operators, index)) return;
      const terms = accessTerms(operators, index);
      const equality = terms.fields.find((term) => term.operator === '==' && freeNames(term.value).size > 0);
      if (equality === undefined) return;
      const hash: HashOperator = {
        kind: 'hash',
        input: operator.input,
        variable: operator.variable,
        collection: operator.collection,
        field: equality.field,
        value: equality.value,
        served: [equality.term],
        residual: terms.all.filter((term) => term !== equality.term),
      };
      operators[index] = hash;
    });
    return closeChain(operators);
  },
};

const loops: ReadonlySet<Operator['kind']> = new Set([
  'scan',
  'index',
  'keys',
  'hash',
  'values',
  'range',
  'traverse',
  'path',
  'collect',
  'join',
]);

/** Whether the scan runs once for each row of a loop below it. */
function repeats(operators: readonly Operator[], position: number): boolean {
  return operators.slice(position + 1).some((operator) => loops.has(operator.kind));
}
