import type { CollectionView, IndexView, ReadView } from '@cairn/storage/internal';
import type { CollectionUse } from './plan.ts';

/** A collection may grow or shrink by this factor before the choices made for it are made again. */
const DRIFT_FACTOR = 2;
/** Differences below this many documents never matter. */
const DRIFT_MIN = 1_000;

/** What a plan was made for: the collections that it names as they were. */
export interface PlanBasis {
  readonly catalogueVersion: number;
  readonly collections: readonly CollectionBasis[];
}

interface CollectionBasis {
  readonly name: string;
  readonly id: number | undefined;
  readonly type: string | undefined;
  readonly count: number;
  readonly indexes: readonly IndexBasis[];
}

type IndexBasis = Pick<IndexView, 'name' | 'fields' | 'type' | 'sparse' | 'unique' | 'exact'>;

export function planBasis(view: ReadView, uses: readonly CollectionUse[]): PlanBasis {
  const collections = uses.map(({ name }): CollectionBasis => {
    const collection = view.collection(name);
    return {
      name,
      id: collection?.id,
      type: collection?.type,
      count: collection?.approximateCount ?? 0,
      indexes: (collection?.indexes ?? []).map(({ name, fields, type, sparse, unique, exact }) => ({
        name,
        fields,
        type,
        sparse,
        unique,
        exact,
      })),
    };
  });
  return { catalogueVersion: view.catalogueVersion, collections };
}

/**
 * Whether a plan made for the basis is right, and still a good one, on a view. The catalogue's version alone does not say so: a
 * database of the same name may have been dropped and made again, an index may have met values too long for its entries, and a
 * collection may have become a hundred times as large.
 */
export function isCurrent(basis: PlanBasis, view: ReadView): boolean {
  if (basis.catalogueVersion !== view.catalogueVersion) return false;
  return basis.collections.every((known) => isSame(known, view.collection(known.name)));
}

function isSame(known: CollectionBasis, collection: CollectionView | undefined): boolean {
  if (collection === undefined) return known.id === undefined;
  if (collection.id !== known.id || collection.type !== known.type) return false;
  if (hasDrifted(known.count, collection.approximateCount)) return false;
  const { indexes } = collection;
  return indexes.length === known.indexes.length && known.indexes.every((index, at) => isSameIndex(index, indexes[at]));
}

function isSameIndex(known: IndexBasis, index: IndexView): boolean {
  return (
    known.name === index.name &&
    known.exact === index.exact &&
    known.type === index.type &&
    known.sparse === index.sparse &&
    known.unique === index.unique &&
    (known.fields === index.fields || known.fields.join() === index.fields.join())
  );
}

function hasDrifted(before: number, now: number): boolean {
  const [less, more] = before < now ? [before, now] : [now, before];
  return more - less > DRIFT_MIN && more > less * DRIFT_FACTOR;
}
