/** One change: the LSN of its commit, and its place among the commit's changes. */
export interface ChangePlace {
  readonly lsn: number;
  readonly number: number;
}

/** Changes of one commit that are done: from one number up to and with another. */
export type DoneRange = readonly [lsn: number, from: number, to: number];

/**
 * How far a follower of the change log has come: everything up to `position` is done, and of what follows what has been marked.
 * Changes are taken in their order and may be done in any.
 */
export class DoneChanges {
  #position: number;
  /** Commits behind the position that were taken, in order: what is not done yet, and what is. */
  readonly #taken = new Map<number, { open: number; closed: boolean; done: Set<number> }>();
  readonly #earlier = new Map<number, DoneRange[]>();
  #readLsn: number;

  /** @param ahead what an earlier follower had done behind the position */
  constructor(position: number, ahead: readonly DoneRange[] = []) {
    this.#position = position;
    this.#readLsn = position;
    for (const range of ahead) {
      const known = this.#earlier.get(range[0]);
      if (known === undefined) this.#earlier.set(range[0], [range]);
      else known.push(range);
    }
  }

  /** Everything up to this LSN is done. */
  get position(): number {
    return this.#position;
  }

  /** The last commit that was taken. */
  get readLsn(): number {
    return this.#readLsn;
  }

  wasDone({ lsn, number }: ChangePlace): boolean {
    return this.#earlier.get(lsn)?.some(([, from, to]) => from <= number && number <= to) ?? false;
  }

  take({ lsn }: ChangePlace): void {
    const commit = this.#taken.get(lsn) ?? { open: 0, closed: false, done: new Set() };
    commit.open++;
    this.#taken.set(lsn, commit);
  }

  done({ lsn, number }: ChangePlace): void {
    const commit = this.#taken.get(lsn);
    if (commit === undefined) return; // taken by an earlier one
    commit.open--;
    commit.done.add(number);
    this.#advance();
  }

  /** All changes of the commit have been taken. */
  close(lsn: number): void {
    const commit = this.#taken.get(lsn);
    if (commit !== undefined) commit.closed = true;
    this.#readLsn = lsn;
    this.#advance();
  }

  /** What is done behind the position. */
  ahead(): DoneRange[] {
    const ranges: DoneRange[] = [];
    for (const [lsn, { done }] of this.#taken) {
      const earlier = (this.#earlier.get(lsn) ?? []).flatMap(([, from, to]) => numbers(from, to));
      let last: [number, number, number] | undefined;
      for (const number of [...done, ...earlier].sort((a, b) => a - b)) {
        if (last !== undefined && number <= last[2] + 1) last[2] = number;
        else ranges.push((last = [lsn, number, number]));
      }
    }
    for (const [lsn, known] of this.#earlier) if (!this.#taken.has(lsn) && lsn > this.#position) ranges.push(...known);
    return ranges;
  }

  #advance(): void {
    for (const [lsn, { open, closed }] of this.#taken) {
      if (open > 0 || !closed) {
        this.#position = Math.max(this.#position, lsn - 1);
        return;
      }
      this.#taken.delete(lsn);
      this.#earlier.delete(lsn);
    }
    this.#position = Math.max(this.#position, this.#readLsn);
  }
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
