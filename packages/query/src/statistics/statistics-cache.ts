import type { CollectionView, IndexView } from '@cairn/storage/internal';
import { DocumentSample } from './document-sample.ts';

/** What was found is used until the collection has grown or shrunk by this share. */
const DRIFT_MAX = 0.1;
/** Collections and indexes remembered; the oldest go first. A sample weighs some 100 KiB, at most about a megabyte. */
const ENTRIES_MAX = 64;

interface Remembered<T> {
  readonly count: number;
  readonly found: T;
}

/** Remembers what was sampled of collections and indexes, as long as they have not changed much. */
export class StatisticsCache {
  readonly #distinct = new Map<string, Remembered<readonly number[]>>();
  readonly #samples = new Map<string, Remembered<DocumentSample>>();

  /** For each number of leading fields, about how many different values an index has. */
  distinct(database: string, collection: CollectionView, index: IndexView): readonly number[] {
    const key = `${database}\n${collection.id}\n${index.name}\n${index.fields.join()}`;
    return remembered(this.#distinct, key, index.approximateEntryCount, () => index.estimateDistinct());
  }

  sample(database: string, collection: CollectionView): DocumentSample {
    const key = `${database}\n${collection.id}`;
    return remembered(this.#samples, key, collection.approximateCount, () => new DocumentSample(collection));
  }
}

function remembered<T>(entries: Map<string, Remembered<T>>, key: string, count: number, find: () => T): T {
  const known = entries.get(key);
  if (known !== undefined && Math.abs(known.count - count) <= known.count * DRIFT_MAX) return known.found;
  const found = find();
  entries.delete(key);
  entries.set(key, { count, found });
  for (const oldest of entries.keys()) {
    if (entries.size <= ENTRIES_MAX) break;
    entries.delete(oldest);
  }
  return found;
}
