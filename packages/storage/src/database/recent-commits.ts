/** Document changes remembered at most; beyond, transactions that began before the forgotten ones must start anew. */
export const REMEMBERED_CHANGES_MAX = 1_000_000;

/**
 * Which documents the latest commits changed, kept while transactions are open that began before them: the table that a
 * commit asks for write-write conflicts.
 */
export class RecentCommits {
  readonly #changed = new Map<string, number>();
  readonly #open = new Map<number, number>();
  /** Changes up to this LSN may have been forgotten. */
  #forgottenLsn = 0;

  /** A transaction begins that reads the state of this LSN. */
  begin(lsn: number): void {
    this.#open.set(lsn, (this.#open.get(lsn) ?? 0) + 1);
  }

  end(lsn: number): void {
    const left = (this.#open.get(lsn) ?? 0) - 1;
    if (left > 0) this.#open.set(lsn, left);
    else this.#open.delete(lsn);
    if (this.#open.size === 0) this.#changed.clear();
  }

  get isWatched(): boolean {
    return this.#open.size > 0;
  }

  note(collectionId: number, key: string, lsn: number): void {
    const name = `${collectionId}/${key}`;
    this.#changed.delete(name); // so that the map stays in the order of the LSNs
    this.#changed.set(name, lsn);
    if (this.#changed.size <= REMEMBERED_CHANGES_MAX) return;
    const [oldest, forgotten] = this.#changed.entries().next().value!;
    this.#changed.delete(oldest);
    this.#forgottenLsn = Math.max(this.#forgottenLsn, forgotten);
  }

  /** Whether the document was changed after the state of `lsn`, or that can no longer be told. */
  changedSince(collectionId: number, key: string, lsn: number): boolean {
    return this.#forgottenLsn > lsn || (this.#changed.get(`${collectionId}/${key}`) ?? 0) > lsn;
  }
}
