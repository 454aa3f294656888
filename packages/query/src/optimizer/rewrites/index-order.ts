import type { IndexView } from '@cairn/storage/internal';
import type { SortKey } from '../../ast/expression.ts';
import type { Operator } from '../../plan/operator.ts';
import type { IndexOperator, ScanOperator } from '../../plan/operators/source.ts';
import { closeChain, openChain } from '../operator-chain.ts';
import type { Rewrite } from '../rewrite.ts';
import { documentPath } from '../terms/field-terms.ts';
import { isMovable } from '../terms/is-movable.ts';

/**
 * SORT by an indexed field with LIMIT reads the first documents of the index. Only where every document read is an answer:
 * behind a filter nobody knows how many would have to be fetched, and a scan that keeps the best rows is quick.
 */
export const indexOrder: Rewrite = {
  name: 'index-order',
  summary: 'SORT by an indexed field with LIMIT reads documents in the order of the index.',
  apply(root, { view }) {
    const operators = openChain(root);
    for (let position = 0; position < operators.length; position++) {
      const top = operators[position];
      if (top.kind !== 'top' || top.keys.length !== 1) continue;
      const source = soleScan(operators, position);
      if (source === undefined) continue;
      const scan = operators[source] as ScanOperator;
      const indexes = view.collection(scan.collection)?.indexes ?? [];
      const index = indexes.find((candidate) => orders(candidate, top.keys[0], scan.variable));
      if (index === undefined) continue;
      operators[source] = inOrder(scan, index, top.keys[0]);
      operators[position] = { kind: 'limit', input: top.input, offset: top.offset, count: top.count };
    }
    return closeChain(operators);
  },
};

/** The position of a whole scan that is the only loop below, with nothing but safe LETs in between. */
function soleScan(operators: readonly Operator[], above: number): number | undefined {
  for (let position = above + 1; position < operators.length; position++) {
    const operator = operators[position];
    if (operator.kind === 'let' && isMovable(operator.value)) continue;
    if (operator.kind !== 'scan' || operator.lower || operator.upper || operator.direction === 'backward')
      return undefined;
    const alone = operators.slice(position + 1).every((below) => below.kind === 'let' || below.kind === 'start');
    return alone ? position : undefined;
  }
  return undefined;
}

/** The index holds every document once, in the order of the sort key; documents with equal keys follow in key order. */
function orders(index: IndexView, key: SortKey, variable: string): boolean {
  if (index.type !== 'persistent' || index.sparse || !index.exact || index.fields.length !== 1) return false;
  return documentPath(key.expression, variable) === index.fields[0];
}

function inOrder(scan: ScanOperator, index: IndexView, key: SortKey): IndexOperator {
  return {
    kind: 'index',
    input: scan.input,
    variable: scan.variable,
    collection: scan.collection,
    index: index.name,
    fields: index.fields,
    equal: [],
    order: key.descending ? 'desc' : 'asc',
    served: [],
    residual: [],
  };
}
