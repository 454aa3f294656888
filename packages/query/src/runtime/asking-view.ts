import type { CollectionView, ReadView } from '@cairn/storage/internal';
import { presentName } from '../plan/names/past-collection.ts';

/**
 * A view that asks before it shows a collection, once for each: the plan names what can be known before a run, but an id
 * may lead a walk or a function anywhere.
 */
export class AskingView implements ReadView {
  readonly #view: ReadView;
  readonly #mayRead: (collection: string) => void;
  readonly #asked = new Set<string>();

  /** @param mayRead throws for a collection that may not be read */
  constructor(view: ReadView, mayRead: (collection: string) => void) {
    this.#view = view;
    this.#mayRead = mayRead;
  }

  get lsn(): number {
    return this.#view.lsn;
  }

  get catalogueVersion(): number {
    return this.#view.catalogueVersion;
  }

  collection(name: string): CollectionView | undefined {
    if (!this.#asked.has(name)) {
      this.#mayRead(presentName(name));
      this.#asked.add(name);
    }
    return this.#view.collection(name);
  }

  collectionNames(): string[] {
    return this.#view.collectionNames();
  }

  release(): void {
    this.#view.release();
  }
}
