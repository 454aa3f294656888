import { compareValues, type Value } from '@cairn/protocol/internal';
import { type CollectionView, decodeDocument, recordBody, recordBodyEnd, recordCount } from '@cairn/storage/internal';

/** Blocks that are looked into, evenly spaced over the collection. */
const SAMPLE_BLOCKS = 16;
/** Documents taken of each block: neighbours tend to be alike, so more blocks say more than more documents. */
const DOCUMENTS_A_BLOCK = 8;

/** Stored bytes of a sample; documents that would go beyond it are passed over, so that large ones do not fill the memory. */
const SAMPLE_MAX_BYTES = 256 * 1024;

/** A few documents of a collection, by which un-indexed fields are judged. */
export class DocumentSample {
  readonly #documents: readonly Value[];
  readonly #count: number;

  constructor(collection: CollectionView) {
    this.#documents = sampleOf(collection);
    this.#count = collection.approximateCount;
  }

  /** How many documents the sample stands for. */
  get count(): number {
    return this.#count;
  }

  /** The share of documents whose value at a path passes the test; never 0, since a sample misses what is rare. */
  share(path: string, passes: (value: Value) => boolean): number {
    const size = this.#documents.length;
    if (size === 0) return 0;
    let passed = 0;
    for (const document of this.#documents) if (passes(valueAt(document, path))) passed++;
    return size >= this.#count ? passed / size : Math.max(passed, 0.5) / size;
  }

  /** About how many different values a path has in the whole collection (the estimator of J. Goodman, "Duj1" of Haas et al., 1995). */
  distinct(path: string): number {
    const size = this.#documents.length;
    if (size === 0) return 0;
    const values = this.#documents.map((document) => valueAt(document, path)).sort(compareValues);
    let different = 0;
    let once = 0;
    for (let at = 0; at < size; ) {
      let end = at + 1;
      while (end < size && compareValues(values[end], values[at]) === 0) end++;
      different++;
      if (end - at === 1) once++;
      at = end;
    }
    if (size >= this.#count) return different;
    const unseen = (once * (1 - size / this.#count)) / size;
    return Math.min(this.#count, different / Math.max(1 - unseen, size / this.#count));
  }
}

function sampleOf(collection: CollectionView): readonly Value[] {
  const documents: Value[] = [];
  let left = SAMPLE_MAX_BYTES;
  for (const { bytes } of collection.sampleBlocks(SAMPLE_BLOCKS)) {
    const count = recordCount(bytes);
    const step = Math.max(1, count / DOCUMENTS_A_BLOCK);
    for (let at = 0; at < count; at += step) {
      const record = Math.floor(at);
      const size = recordBodyEnd(bytes, record) - recordBody(bytes, record);
      if (size > left) continue;
      left -= size;
      documents.push(decodeDocument('', bytes, record));
    }
  }
  return documents;
}

function valueAt(document: Value, path: string): Value {
  let value = document;
  for (const name of path.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, name)) return null;
    value = (value as { [key: string]: Value })[name];
  }
  return value;
}
