import type { IndexView } from '@cairn/storage/internal';
import type { Bound, IndexOperator, ScanOperator } from '../../plan/operators/source.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { type AccessTerms, accessTerms } from '../terms/access-terms.ts';
import type { FieldTerm } from '../terms/field-terms.ts';

/** What an index can serve of the terms. */
interface Candidate {
  readonly index: IndexView;
  readonly equal: readonly FieldTerm[];
  readonly within?: FieldTerm;
  readonly lower?: FieldTerm;
  readonly upper?: FieldTerm;
  readonly score: number;
}

/** Filters on the leading fields of an index read through it. */
export const indexSelection: Rewrite = {
  name: 'index-selection',
  summary: 'Filters on the leading fields of an index read through the index.',
  apply(root, { view }) {
    const operators = openChain(root);
    operators.forEach((operator, position) => {
      if (operator.kind !== 'scan' || operator.direction === 'backward') return;
      const indexes = view.collection(operator.collection)?.indexes ?? [];
      const terms = accessTerms(operators, position);
      const candidate = bestCandidate(indexes, terms);
      if (candidate !== undefined) operators[position] = indexOperator(operator, candidate, terms);
    });
    return closeChain(operators);
  },
};

function bestCandidate(indexes: readonly IndexView[], terms: AccessTerms): Candidate | undefined {
  let best: Candidate | undefined;
  for (const index of indexes) {
    const candidate = usable(index) ? candidateOf(index, terms) : undefined;
    if (candidate !== undefined && (best === undefined || candidate.score > best.score)) best = candidate;
  }
  return best;
}

/** Indexes that hold every document under exactly one entry in the language's order. */
function usable(index: IndexView): boolean {
  return index.type === 'persistent' && !index.fields.some((field) => field.includes('[*]'));
}

function candidateOf(index: IndexView, terms: AccessTerms): Candidate | undefined {
  const find = (field: string, ...signs: readonly string[]) =>
    terms.fields.find((term) => term.path === field && signs.includes(term.operator) && serves(index, term));
  const equal: FieldTerm[] = [];
  for (const field of index.fields) {
    const term = find(field, '==');
    if (term === undefined) break;
    equal.push(term);
  }
  const next = index.fields[equal.length];
  const within = next === undefined ? undefined : find(next, 'in');
  const ranged = next !== undefined && within === undefined;
  const lower = ranged ? find(next, '>', '>=') : undefined;
  const upper = ranged ? find(next, '<', '<=') : undefined;
  // A sparse index leaves nulls out, and an upper bound alone asks for them.
  if (index.sparse && upper !== undefined && lower === undefined) return undefined;
  const whole = equal.length === index.fields.length;
  const score =
    equal.length * 8 +
    (whole ? 4 : 0) +
    (whole && index.unique ? 4 : 0) +
    (within ? 3 : 0) +
    (lower ? 1 : 0) +
    (upper ? 1 : 0);
  return score === 0 ? undefined : { index, equal, within, lower, upper, score };
}

/** Whether the index holds all that the term can match: a sparse one has no nulls, so the value must be known to be none. */
function serves(index: IndexView, term: FieldTerm): boolean {
  if (!index.sparse) return true;
  return index.fields.length === 1 && term.value.kind === 'literal' && term.value.value !== null;
}

function indexOperator(scan: ScanOperator, candidate: Candidate, terms: AccessTerms): IndexOperator {
  const { index, equal, within, lower, upper } = candidate;
  const used = [...equal, within, lower, upper].flatMap((term) => (term === undefined ? [] : [term.term]));
  return {
    kind: 'index',
    input: scan.input,
    variable: scan.variable,
    collection: scan.collection,
    index: index.name,
    fields: index.fields,
    equal: equal.map((term) => term.value),
    within: within?.value,
    lower: bound(lower, '>='),
    upper: bound(upper, '<='),
    order: 'key',
    served: used,
    residual: terms.all.filter((term) => !used.includes(term)),
  };
}

function bound(term: FieldTerm | undefined, inclusive: string): Bound | undefined {
  return term && { value: term.value, inclusive: term.operator === inclusive };
}
