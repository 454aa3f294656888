import type { CollectionView } from '@cairn/storage/internal';
import type { Expression } from '../../ast/expression.ts';
import type { IndexLookup, ScanOperator, UnionOperator } from '../../plan/operators/source.ts';
import { fetchesMax } from '../../runtime/access/fetch-limit.ts';
import type { Statistics } from '../../statistics/statistics.ts';
import { bestCandidate, type Candidate } from '../index-choice.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { accessTerms } from '../terms/access-terms.ts';
import { conjuncts, disjuncts } from '../terms/conjuncts.ts';
import { fieldTerm } from '../terms/field-terms.ts';
import { isMovable } from '../terms/is-movable.ts';

/** Parts of an OR beyond which nobody looks for an index for each. */
const PARTS_MAX = 32;

/** An OR of which every part has an index reads through all of them. */
export const indexUnion: Rewrite = {
  name: 'index-union',
  summary: 'An OR of which each part can use an index reads the documents that any of the indexes finds.',
  apply(root, { statistics }) {
    const operators = openChain(root);
    operators.forEach((operator, position) => {
      if (operator.kind !== 'scan' || operator.direction === 'backward') return;
      const collection = statistics.collection(operator.collection);
      if (collection === undefined || collection.indexes.length === 0) return;
      const { all, unknown } = accessTerms(operators, position);
      for (const term of all) {
        const lookups = lookupsOf(term, operator, collection, unknown, statistics);
        if (lookups === undefined) continue;
        operators[position] = union(operator, lookups, term, all);
        return;
      }
    });
    return closeChain(operators);
  },
};

/** A lookup for each part of the OR, or undefined where a part has none or so much is found that a scan is cheaper. */
function lookupsOf(
  term: Expression,
  scan: ScanOperator,
  collection: CollectionView,
  unknown: ReadonlySet<string>,
  statistics: Statistics,
): readonly IndexLookup[] | undefined {
  const parts = disjuncts(term);
  if (parts.length < 2 || parts.length > PARTS_MAX) return undefined;
  const found: Candidate[] = [];
  for (const part of parts) {
    // A value that fails makes its own part fail, and with it the whole condition only where no part before it holds.
    const terms = conjuncts(part)
      .map((one) => fieldTerm(one, scan.variable, unknown))
      .filter((field) => field !== undefined && isMovable(field.value));
    const best = bestCandidate({ collection, terms: terms.filter((field) => field !== undefined), statistics });
    if (best === undefined) return undefined;
    found.push(best);
  }
  const rows = found.reduce((sum, candidate) => sum + candidate.rows, 0);
  if (rows > fetchesMax(collection.approximateCount)) return undefined;
  return found.map(({ index, question }) => ({ index: index.name, fields: index.fields, ...question }));
}

function union(
  scan: ScanOperator,
  lookups: readonly IndexLookup[],
  term: Expression,
  all: readonly Expression[],
): UnionOperator {
  return {
    kind: 'union',
    input: scan.input,
    variable: scan.variable,
    collection: scan.collection,
    lookups,
    served: [term],
    residual: all.filter((other) => other !== term),
  };
}
