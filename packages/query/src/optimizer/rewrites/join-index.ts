import type { Expression } from '../../ast/expression.ts';
import type { JoinAccess, JoinOperator } from '../../plan/operators/join.ts';
import type { Statistics } from '../../statistics/statistics.ts';
import { bestCandidate } from '../index-choice.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { conjuncts } from '../terms/conjuncts.ts';
import { type FieldTerm, fieldTerm } from '../terms/field-terms.ts';

/** JOIN with a condition on indexed fields, or on the key, reads candidates through the index instead of all documents. */
export const joinIndex: Rewrite = {
  name: 'join-index',
  summary: 'JOIN with a condition on indexed fields or the key reads candidates through the index.',
  apply(root, { statistics }) {
    const operators = openChain(root);
    operators.forEach((operator, position) => {
      if (operator.kind !== 'join' || operator.lookup !== undefined || operator.through !== undefined) return;
      const through = accessOf(operator, statistics);
      if (through !== undefined) operators[position] = { ...operator, through };
    });
    return closeChain(operators);
  },
};

function accessOf(join: JoinOperator, statistics: Statistics): JoinAccess | undefined {
  const terms = equalities(join.condition, join.variable);
  const key = terms.find(({ path }) => path === '_key' || path === '_id');
  if (key !== undefined) return { kind: 'key', attribute: key.path as '_key' | '_id', key: key.value };
  const collection = statistics.collection(join.collection);
  const best = collection && bestCandidate({ collection, terms, statistics });
  return best && { kind: 'index', index: best.index.name, fields: best.index.fields, ...best.question };
}

function equalities(condition: Expression, variable: string): readonly FieldTerm[] {
  const unknown = new Set([variable]);
  return conjuncts(condition)
    .map((term) => fieldTerm(term, variable, unknown))
    .filter((term) => term?.operator === '==')
    .filter((term) => term !== undefined);
}
