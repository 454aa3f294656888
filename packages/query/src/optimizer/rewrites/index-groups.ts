import type { IndexView } from '@cairn/storage/internal';
import type { Expression } from '../../ast/expression.ts';
import type { Operator } from '../../plan/operator.ts';
import type { IndexOperator, ScanOperator } from '../../plan/operators/source.ts';
import type { Statistics } from '../../statistics/statistics.ts';
import { candidateOf, indexOperator, isElements } from '../index-choice.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { accessTerms } from '../terms/access-terms.ts';
import { CoveredFields } from '../terms/covered-fields.ts';
import { documentPath } from '../terms/field-terms.ts';

/** Going to the next value costs about as much as walking over so many entries of a scan. */
const ENTRIES_A_STEP = 50;

/** COLLECT and DISTINCT of an indexed field alone go from value to value of the index. */
export const indexGroups: Rewrite = {
  name: 'index-groups',
  summary: 'The different values of an indexed field are read from the index, one entry for each.',
  apply(root, { statistics, interleaves }) {
    if (interleaves) return root;
    const operators = openChain(root);
    for (let position = operators.length - 1; position > 0; position--) {
      const operator = operators[position];
      if (operator.kind !== 'scan' && operator.kind !== 'index') continue;
      const group = soleGroup(operators, position);
      if (group !== undefined) readValues(operators, position, group, statistics);
    }
    return closeChain(operators);
  },
};

/** The expression whose different values are all that is asked of the rows, with the position of the operator that asks. */
function soleGroup(operators: readonly Operator[], source: number): { key: Expression; at: number } | undefined {
  for (let at = source - 1; at >= 0; at--) {
    const operator = operators[at];
    if (operator.kind === 'filter') continue;
    if (operator.kind === 'return') return operator.distinct ? { key: operator.expression, at } : undefined;
    if (operator.kind !== 'collect' || operator.groups.length !== 1) return undefined;
    const isPlain = operator.aggregates.length === 0 && operator.count === undefined && operator.into === undefined;
    return isPlain ? { key: operator.groups[0].expression, at } : undefined;
  }
  return undefined;
}

function readValues(
  operators: Operator[],
  position: number,
  { key, at }: { readonly key: Expression; readonly at: number },
  statistics: Statistics,
): void {
  const access = operators[position] as ScanOperator | IndexOperator;
  if (
    access.kind === 'scan' ? access.lower || access.upper || access.direction === 'backward' : access.order !== 'key'
  ) {
    return;
  }
  // The order of DISTINCT answers is that of the documents; groups are sorted anyway.
  if (operators[at].kind === 'return') return;
  const path = documentPath(key, access.variable);
  const index = path === undefined ? undefined : indexOf(path, access.collection, statistics);
  if (index === undefined) return;
  const terms = accessTerms(operators, position);
  if (terms.all.length !== terms.fields.length || terms.fields.some((term) => term.path !== path)) return;
  const found = candidateOf(index, {
    collection: statistics.collection(access.collection)!,
    terms: terms.fields,
    statistics,
  });
  const candidate = typeof found === 'string' ? { index, question: { equal: [] }, terms: [], rows: 0 } : found;
  if (candidate.question.equal.length > 0 || candidate.question.within !== undefined) return;
  const plain = indexOperator(access, candidate, terms);
  const fields = new CoveredFields(plain, position);
  const above = operators.slice(at, position).map((operator) => fields.replaceIn(operator));
  if (above.some((operator) => operator === undefined)) return;
  operators.splice(at, position - at + 1, ...(above as Operator[]), {
    ...plain,
    order: 'none',
    covers: fields.values,
    distinct: true,
  });
}

/** An index that begins with the field and holds every document, with much fewer values than entries. */
function indexOf(path: string, name: string, statistics: Statistics): IndexView | undefined {
  const collection = statistics.collection(name);
  return collection?.indexes.find((index) => {
    if (index.type !== 'persistent' || index.sparse || !index.exact || index.fields[0] !== path) return false;
    if (index.fields.some(isElements)) return false;
    return statistics.distinct(collection, index, 1) * ENTRIES_A_STEP <= index.approximateEntryCount;
  });
}
