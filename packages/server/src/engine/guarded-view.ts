import type { CollectionView, ReadView } from '@cairn/storage/internal';
import { PROTECTED_COLLECTIONS } from '../security/system-records.ts';

/** The system database as queries see it: without the collections that hold secrets, however their name is spelled. */
export class GuardedView implements ReadView {
  readonly #view: ReadView;

  constructor(view: ReadView) {
    this.#view = view;
  }

  get lsn(): number {
    return this.#view.lsn;
  }

  get catalogueVersion(): number {
    return this.#view.catalogueVersion;
  }

  collection(name: string): CollectionView | undefined {
    return PROTECTED_COLLECTIONS.has(name) ? undefined : this.#view.collection(name);
  }

  collectionNames(): string[] {
    return this.#view.collectionNames().filter((name) => !PROTECTED_COLLECTIONS.has(name));
  }

  release(): void {
    this.#view.release();
  }
}
