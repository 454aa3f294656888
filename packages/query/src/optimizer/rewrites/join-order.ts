import type { CollectionView } from '@cairn/storage/internal';
import type { Expression } from '../../ast/expression.ts';
import { freeNames } from '../../plan/names/free-names.ts';
import type { Operator } from '../../plan/operator.ts';
import type { ScanOperator } from '../../plan/operators/source.ts';
import type { Statistics } from '../../statistics/statistics.ts';
import { fieldShare } from '../../statistics/term-share.ts';
import { bestCandidate } from '../index-choice.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { conjuncts } from '../terms/conjuncts.ts';
import { type FieldTerm, fieldTerm } from '../terms/field-terms.ts';
import { isOrderless } from '../terms/orderless.ts';

/** Costs in scanned records: a document fetched by key or index, a document put into a table, a look into the table. */
const FETCH_COST = 50;
const TABLE_COST = 3;
const PROBE_COST = 2;
/** The other order must be cheaper by so much: the estimates are not better than that. */
const GAIN_MIN = 3;

/** Two loops of which the second had better be the first change places where nobody sees the order of the rows. */
export const joinOrder: Rewrite = {
  name: 'join-order',
  summary: 'Two loops change places where that reads less and the rows end in groups that do not show their order.',
  apply(root, { statistics }) {
    const operators = openChain(root);
    for (let position = 1; position < operators.length; position++) {
      const outer = operators[position];
      if (outer.kind !== 'scan') continue;
      const inner = innerScan(operators, position);
      if (inner === undefined) continue;
      const scan = operators[inner] as ScanOperator;
      const terms = termsAbove(operators, inner, position);
      if (terms === undefined || scan.variable === outer.variable) continue;
      const asWritten = cost(outer, scan, terms, statistics);
      const turned = cost(scan, outer, terms, statistics);
      if (turned * GAIN_MIN >= asWritten) continue;
      operators[position] = { ...scan, input: outer.input };
      operators[inner] = { ...outer, input: scan.input };
      break;
    }
    return closeChain(operators);
  },
};

/** The loop right above, with nothing but filters in between. */
function innerScan(operators: readonly Operator[], position: number): number | undefined {
  for (let at = position - 1; at >= 0; at--) {
    if (operators[at].kind === 'filter') continue;
    return operators[at].kind === 'scan' ? at : undefined;
  }
  return undefined;
}

/** The terms of all filters over the two loops, if these alone stand between the loops and groups without an order. */
function termsAbove(operators: readonly Operator[], inner: number, outer: number): readonly Expression[] | undefined {
  const terms: Expression[] = [];
  for (let at = outer - 1; at >= 0; at--) {
    const operator = operators[at];
    if (operator.kind === 'filter') terms.push(...conjuncts(operator.condition));
    else if (at !== inner) return operator.kind === 'collect' && isOrderless(operator) ? terms : undefined;
  }
  return undefined;
}

/** What it costs to run one loop inside of another. */
function cost(outer: ScanOperator, inner: ScanOperator, terms: readonly Expression[], statistics: Statistics): number {
  const first = statistics.collection(outer.collection);
  const second = statistics.collection(inner.collection);
  if (first === undefined || second === undefined) return 0;
  const unknown = new Set([outer.variable, inner.variable]);
  const own = fieldTerms(terms, outer.variable, unknown);
  const share = own.reduce((product, term) => product * fieldShare(term, first, statistics), 1);
  const rows = first.approximateCount * share;
  const best = bestCandidate({ collection: first, terms: own, statistics });
  const read = Math.min(first.approximateCount, best === undefined ? Number.POSITIVE_INFINITY : best.rows * FETCH_COST);
  const joining = fieldTerms(terms, inner.variable, new Set([inner.variable])).filter(
    (term) => term.operator === '==' && freeNames(term.value).has(outer.variable),
  );
  return read + joinCost(rows, second, joining, statistics);
}

function joinCost(rows: number, inner: CollectionView, joining: readonly FieldTerm[], statistics: Statistics): number {
  if (joining.length === 0) return rows * inner.approximateCount;
  const table = inner.approximateCount * TABLE_COST + rows * PROBE_COST;
  if (joining.some(({ path }) => path === '_key' || path === '_id')) return Math.min(table, rows * FETCH_COST);
  const best = bestCandidate({ collection: inner, terms: joining, statistics });
  // A table is only built where there is no index.
  return best === undefined ? table : rows * (FETCH_COST / 2 + best.rows * FETCH_COST);
}

function fieldTerms(terms: readonly Expression[], variable: string, unknown: ReadonlySet<string>): FieldTerm[] {
  return terms.map((term) => fieldTerm(term, variable, unknown)).filter((term) => term !== undefined);
}
