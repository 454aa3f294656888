import { compareValues } from '@cairn/protocol/internal';
import { type BlockCursor, type CollectionView, type DocumentPosition, recordKey } from '@cairn/storage/internal';

/** Records that are walked over before a search is thought to be quicker. */
const STEPS_MAX = 24;

/**
 * Finds documents by keys that ascend, as both sides of a merge join do: it goes on from the document that was found last instead of
 * searching for each. Keys in any other order are found too, by a search.
 */
export class MergeLookup {
  readonly #collection: CollectionView;
  #blocks: BlockCursor | undefined;
  #slice: ReturnType<BlockCursor['next']>;
  #record = 0;
  /** The key of the record at hand. */
  #key = '';
  /** What was looked for last: all that is before the record at hand is below it. */
  #wanted = '';

  constructor(collection: CollectionView) {
    this.#collection = collection;
  }

  position(wanted: string): DocumentPosition | undefined {
    if (this.#blocks === undefined || compareValues(this.#wanted, wanted) > 0) this.#seek(wanted);
    this.#wanted = wanted;
    for (let steps = 0; this.#slice !== undefined; steps++) {
      const order = compareValues(this.#key, wanted);
      if (order === 0) return { bytes: this.#slice.bytes, record: this.#record };
      if (order > 0) return undefined;
      if (steps < STEPS_MAX) this.#step();
      else this.#seek(wanted);
    }
    return undefined;
  }

  #seek(key: string): void {
    this.#blocks = this.#collection.blocks({ lower: key });
    this.#nextSlice();
    this.#readKey();
  }

  #step(): void {
    if (++this.#record >= this.#slice!.to) this.#nextSlice();
    this.#readKey();
  }

  /** Slices of a view that shows some documents only may be empty. */
  #nextSlice(): void {
    do this.#slice = this.#blocks!.next();
    while (this.#slice !== undefined && this.#slice.from >= this.#slice.to);
    this.#record = this.#slice?.from ?? 0;
  }

  #readKey(): void {
    if (this.#slice !== undefined) this.#key = recordKey(this.#slice.bytes, this.#record);
  }
}
