import type { Value } from '@cairn/protocol/internal';
import type { IndexCursor, IndexEntryCursor, IndexRange, IndexView, ScanDirection } from '@cairn/storage/internal';

/** An index as one subject is shown it: without the entries of documents that he is not shown, and without figures of them. */
export class RuledIndex implements IndexView {
  readonly #index: IndexView;
  readonly #isShown: ((key: string) => boolean) | undefined;

  /** @param isShown whether the document with a key is shown; absent when all are */
  constructor(index: IndexView, isShown: ((key: string) => boolean) | undefined) {
    this.#index = index;
    this.#isShown = isShown;
  }

  get name(): string {
    return this.#index.name;
  }

  get fields(): readonly string[] {
    return this.#index.fields;
  }

  get unique(): boolean {
    return this.#index.unique;
  }

  get sparse(): boolean {
    return this.#index.sparse;
  }

  get type(): string {
    return this.#index.type;
  }

  get options(): Value {
    return this.#index.options;
  }

  get exact(): boolean {
    return this.#index.exact;
  }

  get entryCount(): number {
    if (this.#isShown === undefined) return this.#index.entryCount;
    const cursor = this.scan({ equal: [] });
    let count = 0;
    while (cursor.next() !== undefined) count++;
    return count;
  }

  get approximateEntryCount(): number {
    return this.#index.approximateEntryCount;
  }

  scan(range: IndexRange, direction?: ScanDirection): IndexCursor {
    const cursor = this.#index.scan(range, direction);
    const isShown = this.#isShown;
    if (isShown === undefined) return cursor;
    return {
      next() {
        for (let key = cursor.next(); key !== undefined; key = cursor.next()) if (isShown(key)) return key;
        return undefined;
      },
    };
  }

  scanEntries(range: IndexRange, direction?: ScanDirection): IndexEntryCursor {
    const cursor = this.#index.scanEntries(range, direction);
    const isShown = this.#isShown;
    if (isShown === undefined) return cursor;
    return {
      next() {
        while (cursor.next()) if (isShown(cursor.documentKey())) return true;
        return false;
      },
      documentKey: () => cursor.documentKey(),
      field: (number) => cursor.field(number),
    };
  }

  /** A guess that no document has a part in: EXPLAIN shows it, and asked often enough the true one would tell all values. */
  estimate(range: IndexRange): number {
    if (this.#isShown === undefined) return this.#index.estimate(range);
    const { equal, lower, upper } = range;
    const all = this.approximateEntryCount;
    const isWhole = this.unique && equal.length === this.fields.length;
    if (isWhole) return Math.min(1, all);
    const bounds = equal.length * 2 + (lower === undefined ? 0 : 1) + (upper === undefined ? 0 : 1);
    return Math.ceil(all * GUESSED_SHARE ** bounds);
  }

  estimateDistinct(): readonly number[] {
    if (this.#isShown === undefined) return this.#index.estimateDistinct();
    const root = Math.ceil(Math.sqrt(this.approximateEntryCount));
    return this.fields.map(() => Math.max(1, root));
  }
}

/** What is left of the entries by one bound. */
const GUESSED_SHARE = 0.3;
