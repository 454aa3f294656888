import type { CollectionView, IndexView } from '@cairn/storage/internal';
import type { SortKey } from '../../ast/expression.ts';
import type { AccessOperator, Operator } from '../../plan/operator.ts';
import type { SortOperator, TopOperator } from '../../plan/operators/row.ts';
import type { IndexOperator, ScanOperator } from '../../plan/operators/source.ts';
import { fetchesMax } from '../../runtime/access/fetch-limit.ts';
import { literalValue } from '../../statistics/literal-value.ts';
import type { Statistics } from '../../statistics/statistics.ts';
import { termsShare } from '../../statistics/term-share.ts';
import { type Candidate, candidateOf, indexOperator, isElements } from '../index-choice.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { type AccessTerms, accessTerms } from '../terms/access-terms.ts';
import { documentPath } from '../terms/field-terms.ts';
import { isMovable } from '../terms/is-movable.ts';

/**
 * SORT by the fields of an index reads documents in the order of the index, behind an equality on its leading fields or from one of
 * two bounds on. Only where few documents are read that are no answers: a scan that keeps the best rows is quick.
 */
export const indexOrder: Rewrite = {
  name: 'index-order',
  summary: 'SORT by the fields of an index reads documents in the order of the index.',
  apply(root, { statistics, interleaves }) {
    // Going from value to value, it would meet documents again that have been written on the way.
    if (interleaves) return root;
    const operators = openChain(root);
    for (let position = 0; position < operators.length; position++) {
      const sort = operators[position];
      if (sort.kind !== 'top' && sort.kind !== 'sort') continue;
      const source = soleAccess(operators, position);
      if (source === undefined) continue;
      const ordered = orderedAccess(operators, source, sort, statistics);
      if (ordered === undefined) continue;
      operators[source] = ordered;
      if (sort.kind === 'top') {
        operators[position] = { kind: 'limit', input: sort.input, offset: sort.offset, count: sort.count };
      } else operators.splice(position, 1);
    }
    return closeChain(operators);
  },
};

/** The position of a scan or an index that is the only loop below, with nothing but filters and safe LETs in between. */
function soleAccess(operators: readonly Operator[], above: number): number | undefined {
  for (let position = above + 1; position < operators.length; position++) {
    const operator = operators[position];
    if (operator.kind === 'filter' || (operator.kind === 'let' && isMovable(operator.value))) continue;
    if (operator.kind !== 'scan' && operator.kind !== 'index') return undefined;
    if (operator.kind === 'scan' && (operator.lower || operator.upper || operator.direction === 'backward'))
      return undefined;
    if (operator.kind === 'index' && operator.order !== 'key') return undefined;
    const alone = operators.slice(position + 1).every((below) => below.kind === 'let' || below.kind === 'start');
    return alone ? position : undefined;
  }
  return undefined;
}

function orderedAccess(
  operators: readonly Operator[],
  source: number,
  sort: TopOperator | SortOperator,
  statistics: Statistics,
): IndexOperator | undefined {
  const access = operators[source] as ScanOperator | IndexOperator;
  const collection = statistics.collection(access.collection);
  if (collection === undefined) return undefined;
  const terms = accessTerms(operators, source);
  for (const index of collection.indexes) {
    const candidate = orderedCandidate(index, access, sort.keys, terms, collection, statistics);
    if (candidate === undefined || !pays(candidate, access, sort, terms, collection, statistics)) continue;
    return { ...indexOperator(access, candidate, terms), order: sort.keys[0].descending ? 'desc' : 'asc' };
  }
  return undefined;
}

/** What the index serves of the filter, if the fields behind its equalities are the keys of the sort, all of them. */
function orderedCandidate(
  index: IndexView,
  access: AccessOperator,
  keys: readonly SortKey[],
  { fields }: AccessTerms,
  collection: CollectionView,
  statistics: Statistics,
): Candidate | undefined {
  if (index.type !== 'persistent' || index.sparse || !index.exact || index.fields.some(isElements)) return undefined;
  const found = candidateOf(index, { collection, terms: fields, statistics });
  const none: Candidate = { index, question: { equal: [] }, terms: [], rows: collection.approximateCount };
  const candidate = typeof found === 'string' ? none : found;
  if (candidate.question.within !== undefined) return undefined;
  const behind = index.fields.slice(candidate.question.equal.length);
  const isOrder =
    keys.length === behind.length &&
    keys.every((key, at) => documentPath(key.expression, access.variable) === behind[at]);
  if (!isOrder) return undefined;
  // Backward, the index goes from value to value of one field; ties in key order are not to be had for several.
  if (keys.length > 1 && keys.some((key) => key.descending)) return undefined;
  return candidate;
}

/** Whether so few documents have to be read before LIMIT is content that fetching them one by one is cheaper than a scan. */
function pays(
  candidate: Candidate,
  access: AccessOperator,
  sort: TopOperator | SortOperator,
  terms: AccessTerms,
  collection: CollectionView,
  statistics: Statistics,
): boolean {
  const most = fetchesMax(collection.approximateCount);
  // Without a LIMIT all that matches is fetched: then the text itself must say that it is little.
  if (sort.kind === 'sort') return candidate.rows <= most && candidate.terms.length > 0 && isLiteral(candidate);
  if (candidate.rows <= most) return true;
  const used = candidate.terms.map((term) => term.term);
  const rest = terms.all.filter((term) => !used.includes(term));
  if (rest.length === 0 && literalValue(sort.count) === undefined) return true;
  const share = termsShare(rest, new Map([[access.variable, access.collection]]), statistics);
  const wanted = numberOf(sort.count) + (sort.offset === undefined ? 0 : numberOf(sort.offset));
  return wanted / Math.max(share, Number.EPSILON) <= most;
}

function isLiteral({ question }: Candidate): boolean {
  if (question.prefix !== undefined) return false;
  const values = [...question.equal, question.lower?.value, question.upper?.value];
  return values.every((value) => value === undefined || literalValue(value) !== undefined);
}

function numberOf(expression: TopOperator['count']): number {
  const value = literalValue(expression)?.value;
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}
