import { compareValues, type Value } from '@cairn/protocol/internal';
import type { CollectionView, IndexView, ReadView } from '@cairn/storage/internal';
import type { Expression } from '../ast/expression.ts';
import { momentOf } from '../plan/names/past-collection.ts';
import type { Bound, TextPrefix } from '../plan/operators/source.ts';
import type { DocumentSample } from './document-sample.ts';
import { GUESS } from './guesses.ts';
import { literalValue } from './literal-value.ts';
import type { StatisticsCache } from './statistics-cache.ts';

/** What is asked of an index: see `IndexOperator`. */
export interface IndexQuestion {
  readonly equal: readonly Expression[];
  readonly within?: Expression;
  readonly lower?: Bound;
  readonly upper?: Bound;
  readonly prefix?: TextPrefix;
}

/** Values that are looked up one by one in the fences; of longer lists the average is taken. */
const LISTED_VALUES_MAX = 32;

/**
 * What is known of one state of a database without reading it: counts, the fences of the indexes, and small samples. Never
 * looks at bind values, so what it says holds for every run of a plan.
 */
export class Statistics {
  readonly #database: string;
  readonly #view: ReadView;
  readonly #cache: StatisticsCache;

  constructor(database: string, view: ReadView, cache: StatisticsCache) {
    this.#database = database;
    this.#view = view;
    this.#cache = cache;
  }

  /** A past collection is guessed to be like the present one, but its indexes may have been others. */
  collection(name: string): CollectionView | undefined {
    const collection = this.#view.collection(name);
    return collection === undefined || momentOf(name) === undefined ? collection : withoutIndexes(collection);
  }

  count(name: string): number {
    return this.collection(name)?.approximateCount ?? 0;
  }

  sample(collection: CollectionView): DocumentSample {
    return this.#cache.sample(this.#database, collection);
  }

  /** About how many different values the first `fields` fields of an index have together. */
  distinct(collection: CollectionView, index: IndexView, fields: number): number {
    const known = this.#cache.distinct(this.#database, collection, index);
    return Math.max(1, known[fields - 1] ?? 1);
  }

  /** About how many entries an index holds for one row of the loops around it. */
  entries(collection: CollectionView, index: IndexView, question: IndexQuestion): number {
    const { equal, within } = question;
    if (within !== undefined) return this.#entriesWithin(collection, index, equal, within);
    const known = equal.map(literalValue);
    const lower = boundValue(question.lower);
    const upper = boundValue(question.upper);
    const isKnown = question.prefix === undefined && known.every((one) => one !== undefined);
    if (isKnown && lower !== 'unknown' && upper !== 'unknown') {
      return index.estimate({ equal: known.map((one) => one!.value), lower, upper });
    }
    const all = index.approximateEntryCount;
    const matching = equal.length === 0 ? all : all / this.distinct(collection, index, equal.length);
    if (question.prefix !== undefined) return matching * GUESS.prefix;
    const field = index.fields[equal.length];
    return matching * this.#rangeShare(collection, field, lower) * this.#rangeShare(collection, field, upper, 'upper');
  }

  /** The share of documents on one side of a bound, whatever the fields before it hold. */
  #rangeShare(
    collection: CollectionView,
    field: string | undefined,
    bound: ReturnType<typeof boundValue>,
    side: 'lower' | 'upper' = 'lower',
  ): number {
    if (bound === undefined || field === undefined) return 1;
    if (bound === 'unknown') return GUESS.range;
    const sign = side === 'lower' ? 1 : -1;
    return this.sample(collection).share(field, (value) => {
      const order = compareValues(value, bound.value) * sign;
      return order > 0 || (order === 0 && bound.inclusive);
    });
  }

  /** The share of an index's entries whose first field equals a value, or one that only the run knows. */
  equalShare(collection: CollectionView, index: IndexView, value: Expression): number {
    return this.entries(collection, index, { equal: [value] }) / Math.max(1, index.approximateEntryCount);
  }

  #entriesWithin(
    collection: CollectionView,
    index: IndexView,
    equal: readonly Expression[],
    within: Expression,
  ): number {
    const list = within.kind === 'array' ? within.elements : listElements(within);
    if (list !== undefined && list.length <= LISTED_VALUES_MAX) {
      return list.reduce((sum, value) => sum + this.entries(collection, index, { equal: [...equal, value] }), 0);
    }
    const length = list?.length ?? GUESS.listLength;
    const one = index.approximateEntryCount / this.distinct(collection, index, equal.length + 1);
    return Math.min(index.approximateEntryCount, length * one);
  }
}

function withoutIndexes(collection: CollectionView): CollectionView {
  const { id, name, type, approximateCount, properties } = collection;
  return {
    ...{ id, name, type, approximateCount, properties },
    count: approximateCount, // the exact count is a read
    indexes: [],
    get: (key) => collection.get(key),
    blocks: (range, direction) => collection.blocks(range, direction),
    sampleBlocks: (blocks) => collection.sampleBlocks(blocks),
  };
}

function listElements(within: Expression): readonly Expression[] | undefined {
  const known = literalValue(within);
  if (known === undefined || !Array.isArray(known.value)) return undefined;
  return known.value.map((value) => ({ kind: 'literal', value, span: within.span }) as Expression);
}

function boundValue(bound: Bound | undefined): { value: Value; inclusive: boolean } | undefined | 'unknown' {
  if (bound === undefined) return undefined;
  const known = literalValue(bound.value);
  return known === undefined ? 'unknown' : { value: known.value, inclusive: bound.inclusive };
}
