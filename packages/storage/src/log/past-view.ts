import { CairnError } from '@cairn/protocol/internal';
import type { CollectionView, ReadView } from '../transaction/read-view.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { forEachRun, moveDocuments } from './apply-commit.ts';
import type { CatalogueChange, DocumentChange } from './change.ts';
import type { CommitRecord } from './commit-record.ts';

/** Changes that a view of the past takes back at most: they are held in memory, each with the document that it brings back. */
export const PAST_CHANGES_MAX = 500_000;

/**
 * The state of an earlier LSN: a newer state with the commits behind that LSN taken back, newest first. Indexes are those
 * of the newer state; they find what there was.
 */
export class PastView implements ReadView {
  readonly lsn: number;
  readonly #transaction: Transaction;
  /** Collections whose documents the log does not have: emptied or dropped as a whole since then. */
  readonly #lost = new Map<string, CommitRecord>();

  private constructor(transaction: Transaction, lsn: number) {
    this.#transaction = transaction;
    this.lsn = lsn;
  }

  /**
   * @param transaction on the newer state; it becomes the view's own
   * @param commits those behind `lsn` up to the newer state, oldest first
   */
  static of(transaction: Transaction, lsn: number, commits: readonly CommitRecord[]): PastView {
    const view = new PastView(transaction, lsn);
    for (const commit of commits.toReversed()) view.#takeBack(commit);
    return view;
  }

  get catalogueVersion(): number {
    return this.#transaction.catalogueVersion;
  }

  /** @throws CairnError `not_found` for a collection that was emptied or dropped since */
  collection(name: string): CollectionView | undefined {
    const end = this.#lost.get(name);
    if (end === undefined) return this.#transaction.collection(name);
    const message = `'${name}' was emptied or dropped at LSN ${end.lsn}: its documents before that are gone`;
    throw new CairnError('not_found', message, { details: { collection: name, lsn: end.lsn } });
  }

  collectionNames(): string[] {
    return this.#transaction.collectionNames();
  }

  release(): void {
    this.#transaction.rollback();
  }

  #takeBack(commit: CommitRecord): void {
    forEachRun(
      commit.changes.toReversed(),
      (documents) => this.#takeBackDocuments(documents),
      (change) => this.#takeBackCatalogue(change, commit),
    );
  }

  #takeBackDocuments(documents: readonly DocumentChange[]): void {
    const present = documents.filter((change) => !this.#lost.has(change.collection));
    moveDocuments(this.#transaction, present, (change) => change.before);
  }

  #takeBackCatalogue(change: CatalogueChange, commit: CommitRecord): void {
    const { collection } = change;
    if (change.kind === 'drop collection' || change.kind === 'truncate collection') this.#lost.set(collection, commit);
    if (change.kind !== 'create collection') return;
    if (this.#lost.delete(collection)) return; // it was made and dropped since: there was none
    this.#transaction.dropCollection(collection);
  }
}
