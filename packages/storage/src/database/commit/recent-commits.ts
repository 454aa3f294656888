/** Changes remembered at most, some 100 bytes each; what was forgotten is looked up in the trees, which takes longer. */
export const REMEMBERED_CHANGES_MAX = 200_000;

/** The keys that one commit changed in one collection. */
interface NotedChanges {
  readonly lsn: number;
  readonly collectionId: number;
  readonly keys: string[];
}

/**
 * Which documents the latest commits changed, kept while transactions are open that began before them: the table that a
 * commit asks for write-write conflicts.
 */
export class RecentCommits {
  readonly #lastChange = new Map<number, Map<string, number>>();
  /** What was noted, in the order of the LSNs. */
  #noted: NotedChanges[] = [];
  #count = 0;
  /** How many transactions read the state of an LSN, in the order of the LSNs. */
  readonly #open = new Map<number, number>();
  /** Changes up to this LSN may have been forgotten. */
  #forgottenLsn = 0;

  /** A transaction begins that reads the state of this LSN, the newest that there is. */
  begin(lsn: number): void {
    this.#open.set(lsn, (this.#open.get(lsn) ?? 0) + 1);
  }

  end(lsn: number): void {
    const left = (this.#open.get(lsn) ?? 0) - 1;
    if (left > 0) {
      this.#open.set(lsn, left);
      return;
    }
    this.#open.delete(lsn);
    this.#forgetUpTo(this.#open.keys().next().value ?? Number.POSITIVE_INFINITY);
  }

  get isWatched(): boolean {
    return this.#open.size > 0;
  }

  /** How many changes are remembered. */
  get size(): number {
    return this.#count;
  }

  note(collectionId: number, key: string, lsn: number): void {
    let last = this.#lastChange.get(collectionId);
    if (last === undefined) {
      last = new Map();
      this.#lastChange.set(collectionId, last);
    }
    last.set(key, lsn);
    let noted = this.#noted.at(-1);
    if (noted?.lsn !== lsn || noted.collectionId !== collectionId) {
      noted = { lsn, collectionId, keys: [] };
      this.#noted.push(noted);
    }
    noted.keys.push(key);
    if (++this.#count > REMEMBERED_CHANGES_MAX) this.#forgetHalf();
  }

  /** Whether the document was changed after the state of `lsn`; undefined when that has been forgotten. */
  changedSince(collectionId: number, key: string, lsn: number): boolean | undefined {
    if ((this.#lastChange.get(collectionId)?.get(key) ?? 0) > lsn) return true;
    return this.#forgottenLsn > lsn ? undefined : false;
  }

  /** The keys that were changed after the state of `lsn`, some perhaps more than once; undefined when that has been forgotten. */
  changesSince(collectionId: number, lsn: number): Iterable<string> | undefined {
    return this.#forgottenLsn > lsn ? undefined : this.#notedSince(collectionId, lsn);
  }

  *#notedSince(collectionId: number, lsn: number): Iterable<string> {
    for (let at = this.#noted.length - 1; at >= 0 && this.#noted[at].lsn > lsn; at--) {
      if (this.#noted[at].collectionId === collectionId) yield* this.#noted[at].keys;
    }
  }

  /** Nobody compares himself any more with states up to this LSN. */
  #forgetUpTo(lsn: number): void {
    let end = 0;
    while (end < this.#noted.length && this.#noted[end].lsn <= lsn) end++;
    this.#forget(end);
  }

  #forgetHalf(): void {
    let end = 0;
    for (let left = this.#count / 2; left > 0; end++) left -= this.#noted[end].keys.length;
    this.#forgottenLsn = Math.max(this.#forgottenLsn, this.#noted[end - 1].lsn);
    this.#forget(end);
  }

  #forget(end: number): void {
    if (end === 0) return;
    for (const { lsn, collectionId, keys } of this.#noted.splice(0, end)) {
      const last = this.#lastChange.get(collectionId);
      for (const key of keys) if (last?.get(key) === lsn) last.delete(key);
      if (last?.size === 0) this.#lastChange.delete(collectionId);
      this.#count -= keys.length;
    }
  }
}
