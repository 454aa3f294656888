import type { CollectionView, ReadView } from '@cairn/storage/internal';
import type { RuleSubject } from './rule-subject.ts';
import { RuledCollection } from './ruled-collection.ts';
import { SubjectRules } from './subject-rules.ts';

/**
 * A state as one subject is shown it: documents that the rules of their collection keep from him are not there, and hidden fields
 * are not in them. Whatever reads through it, by whatever way, cannot come past it.
 */
export class RuledView implements ReadView {
  readonly #view: ReadView;
  readonly #subject: RuleSubject;
  readonly #present: ReadView | undefined;

  /** @param present for an earlier state: the one whose rules count, since what was taken from somebody is taken for all times */
  constructor(view: ReadView, subject: RuleSubject, present?: ReadView) {
    this.#view = view;
    this.#subject = subject;
    this.#present = present;
  }

  get lsn(): number {
    return this.#view.lsn;
  }

  get catalogueVersion(): number {
    return this.#view.catalogueVersion;
  }

  collection(name: string): CollectionView | undefined {
    const collection = this.#view.collection(name);
    if (collection === undefined) return undefined;
    const now = this.#present?.collection(name);
    const isAnother = this.#present !== undefined && now?.id !== collection.id;
    // A collection that has been dropped since is shown by the rules it had, and by those of its namesake of now.
    const ruled = now === undefined || isAnother ? this.#ruled(collection, collection) : collection;
    return now === undefined ? ruled : this.#ruled(ruled, now);
  }

  #ruled(collection: CollectionView, rulesOf: CollectionView): CollectionView {
    const rules = SubjectRules.of(rulesOf, this.#subject);
    return rules === undefined ? collection : new RuledCollection(collection, rules);
  }

  collectionNames(): string[] {
    return this.#view.collectionNames();
  }

  release(): void {
    this.#view.release();
  }
}

/** The view as the subject is shown it: the view itself for whom no rule binds. */
export function shownTo(view: ReadView, subject: RuleSubject, present?: ReadView): ReadView {
  return subject.isExemptEverywhere ? view : new RuledView(view, subject, present);
}
