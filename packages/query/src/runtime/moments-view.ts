import type { CollectionView, ReadView } from '@cairn/storage/internal';
import { momentOf, presentName } from '../plan/names/past-collection.ts';

/** A view in which the past collections of a plan are those of earlier states. */
export class MomentsView implements ReadView {
  readonly #present: ReadView;
  readonly #pasts: readonly ReadView[];

  /** @param pasts the states of the plan's moments; without them, as for planning, the past is like the present */
  constructor(present: ReadView, pasts: readonly ReadView[] = []) {
    this.#present = present;
    this.#pasts = pasts;
  }

  get lsn(): number {
    return this.#present.lsn;
  }

  get catalogueVersion(): number {
    return this.#present.catalogueVersion;
  }

  collection(name: string): CollectionView | undefined {
    const moment = momentOf(name);
    if (moment === undefined) return this.#present.collection(name);
    return (this.#pasts[moment] ?? this.#present).collection(presentName(name));
  }

  collectionNames(): string[] {
    return this.#present.collectionNames();
  }

  release(): void {
    this.#present.release();
  }
}
