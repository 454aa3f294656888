import type { Expression } from '../ast/expression.ts';
import { conjuncts } from '../optimizer/terms/conjuncts.ts';
import { fieldTerm } from '../optimizer/terms/field-terms.ts';
import type { Operator } from '../plan/operator.ts';
import { chain } from '../plan/operator-facts.ts';
import type { CollectOperator } from '../plan/operators/collect.ts';
import type { Bound, HashOperator, IndexLookup, ScanOperator } from '../plan/operators/source.ts';
import { GUESS } from './guesses.ts';
import { literalValue } from './literal-value.ts';
import type { Statistics } from './statistics.ts';
import { fieldShare, termsShare } from './term-share.ts';

/** About how many rows each operator of a chain passes on. */
export function estimateRows(root: Operator, statistics: Statistics): ReadonlyMap<Operator, number> {
  const estimator = new RowEstimator(statistics);
  const rows = new Map<Operator, number>();
  let input = 1;
  for (const operator of [...chain(root)].reverse()) {
    input = estimator.rows(operator, input);
    rows.set(operator, input);
  }
  return rows;
}

/** Goes up a chain of operators and remembers what their variables hold. */
class RowEstimator {
  readonly #statistics: Statistics;
  readonly #documents = new Map<string, string>();
  /** Terms that an access below has made true already. */
  readonly #served = new Set<Expression>();

  constructor(statistics: Statistics) {
    this.#statistics = statistics;
  }

  rows(operator: Operator, input: number): number {
    switch (operator.kind) {
      case 'start':
        return 1;
      case 'scan':
      case 'index':
      case 'union':
      case 'keys':
      case 'hash':
        this.#documents.set(operator.variable, operator.collection);
        if (operator.kind !== 'scan') for (const term of operator.served) this.#served.add(term);
        return input * this.#accessRows(operator);
      case 'range':
        return input * rangeLength(operator.from, operator.to);
      case 'values':
        return input * elementCount(operator.source);
      case 'filter':
        return input * this.#share(operator.condition);
      case 'limit':
        return limited(input, operator);
      case 'top':
        return limited(input, operator);
      case 'collect':
        return this.#groups(operator, input);
      case 'traverse': {
        const steps = Math.min(operator.depth.max, 3);
        return input * this.#edgesOfVertex(operator.edges, operator.direction) ** steps;
      }
      case 'path':
        return input * GUESS.elements;
      case 'join':
        this.#documents.delete(operator.variable);
        return operator.type === 'full' ? input + this.#statistics.count(operator.collection) : input;
      default:
        return input;
    }
  }

  #accessRows(operator: Extract<Operator, { kind: 'scan' | 'index' | 'union' | 'keys' | 'hash' }>): number {
    const collection = this.#statistics.collection(operator.collection);
    if (collection === undefined) return 0;
    switch (operator.kind) {
      case 'scan':
        return collection.approximateCount * this.#keyShare(operator);
      case 'keys':
        return operator.single ? Math.min(1, collection.approximateCount) : elementCount(operator.keys);
      case 'hash':
        return this.#hashRows(operator);
      case 'index':
        return this.#lookupRows(operator.collection, operator);
      case 'union': {
        const rows = operator.lookups.reduce((sum, lookup) => sum + this.#lookupRows(operator.collection, lookup), 0);
        return Math.min(rows, collection.approximateCount);
      }
    }
  }

  #lookupRows(name: string, lookup: IndexLookup): number {
    const collection = this.#statistics.collection(name)!;
    const index = collection.indexes.find((candidate) => candidate.name === lookup.index);
    return index === undefined ? collection.approximateCount : this.#statistics.entries(collection, index, lookup);
  }

  #hashRows(operator: HashOperator): number {
    const collection = this.#statistics.collection(operator.collection)!;
    const term = fieldTerm(operator.served[0], operator.variable, new Set([operator.variable]));
    const share = term === undefined ? GUESS.equality : fieldShare(term, collection, this.#statistics);
    return collection.approximateCount * share;
  }

  #keyShare(scan: ScanOperator): number {
    const collection = this.#statistics.collection(scan.collection)!;
    const side = (bound: Bound | undefined, operator: '>=' | '<=') => {
      if (bound === undefined) return 1;
      const field = { kind: 'variable', name: scan.variable, span: bound.value.span } as const;
      const term = { path: '_key', field, operator, value: bound.value, term: bound.value } as const;
      return fieldShare(term, collection, this.#statistics);
    };
    const share = side(scan.lower, '>=') + side(scan.upper, '<=') - 1;
    return scan.lower === undefined && scan.upper === undefined ? 1 : Math.max(share, GUESS.range ** 3);
  }

  #share(condition: Expression): number {
    const open = conjuncts(condition).filter((term) => !this.#served.has(term));
    return termsShare(open, this.#documents, this.#statistics);
  }

  #groups(operator: CollectOperator, input: number): number {
    if (operator.groups.length === 0) return 1;
    let groups = 1;
    for (const { expression } of operator.groups) groups *= this.#distinct(expression) ?? Math.sqrt(input);
    this.#documents.clear();
    return Math.min(input, Math.max(1, groups));
  }

  /** How many values an expression takes, where it is a field of a document. */
  #distinct(expression: Expression): number | undefined {
    for (const [variable, name] of this.#documents) {
      const value: Expression = { kind: 'bind', name: '', span: expression.span };
      const equality: Expression = {
        kind: 'binary',
        operator: '==',
        left: expression,
        right: value,
        span: expression.span,
      };
      const collection = this.#statistics.collection(name);
      const term = collection && fieldTerm(equality, variable, new Set([variable]));
      if (term !== undefined) return 1 / Math.max(fieldShare(term, collection!, this.#statistics), Number.EPSILON);
    }
    return undefined;
  }

  #edgesOfVertex(edges: string, direction: 'outbound' | 'inbound' | 'any'): number {
    const collection = this.#statistics.collection(edges);
    const ends = direction === 'any' ? ['_from', '_to'] : [direction === 'outbound' ? '_from' : '_to'];
    let sum = 0;
    for (const end of ends) {
      const index = collection?.indexes.find(({ type, fields }) => type === 'persistent' && fields[0] === end);
      sum +=
        index === undefined
          ? GUESS.edgesOfVertex
          : index.approximateEntryCount / this.#statistics.distinct(collection!, index, 1);
    }
    return Math.max(1, sum);
  }
}

function limited(
  input: number,
  { offset, count }: { readonly offset?: Expression; readonly count: Expression },
): number {
  const skipped = offset === undefined ? 0 : literalValue(offset)?.value;
  const most = literalValue(count)?.value;
  const rest = typeof skipped === 'number' ? Math.max(0, input - skipped) : input;
  return typeof most === 'number' ? Math.min(rest, most) : rest;
}

function elementCount(source: Expression): number {
  if (source.kind === 'array') return source.elements.length;
  return source.kind === 'literal' ? 1 : GUESS.elements;
}

function rangeLength(from: Expression, to: Expression): number {
  const first = literalValue(from)?.value;
  const last = literalValue(to)?.value;
  return typeof first === 'number' && typeof last === 'number' ? Math.max(0, last - first + 1) : GUESS.elements;
}
