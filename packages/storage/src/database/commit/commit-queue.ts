import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Transaction } from '../../transaction/transaction.ts';

export interface WriteResult<T> {
  readonly result: T;
  /** The commit's LSN. */
  readonly lsn: number;
}

/** Who makes a commit, for the change log. */
export interface CommitAuthor {
  readonly user?: string;
  /** How many triggers stand behind it, one set off by the other. */
  readonly depth?: number;
}

/** One caller's change that waits for its turn. */
export interface QueuedWork {
  readonly run: (transaction: Transaction) => unknown;
  /** It must be the only one of its group. */
  readonly alone: boolean;
  /** Whose change it is; null for the server's own. */
  readonly user: string | null;
  /** How many triggers stand behind it. */
  readonly depth?: number;
  /** When it was made first, milliseconds since 1970; now when absent. */
  readonly timeMs?: number;
  readonly resolve: (result: WriteResult<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** Works in one group: bounds what a failed flush takes with it, and the memory of one commit. */
const GROUP_MAX_WORKS = 1024;
/** How long a commit waits for the callers of the last one to come back, as a share of what that commit took. */
const GATHER_SHARE = 0.5;
/** The most that it waits, whatever the last commit took: a slow disk must not make it slower still. */
const GATHER_MAX_MS = 1;

/**
 * Group commit: while one group is on its way to the disk, the next one gathers. Callers who were together in a group tend
 * to come back together, so a commit waits a moment for as many as the last one had; one caller alone never waits.
 */
export class CommitQueue {
  readonly #commit: (works: readonly QueuedWork[]) => Promise<void>;
  #waiting: QueuedWork[] = [];
  #running: Promise<void> | undefined;
  #committing: Promise<void> | undefined;
  #pauses = new Set<Promise<void>>();
  #lastSize = 1;
  #lastTookMs = 0;

  constructor(commit: (works: readonly QueuedWork[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Works that wait for their turn. */
  get depth(): number {
    return this.#waiting.length;
  }

  add(
    run: (transaction: Transaction) => unknown,
    { alone = false, user = null, depth, timeMs }: Partial<Omit<QueuedWork, 'run' | 'resolve' | 'reject'>> = {},
  ): Promise<WriteResult<unknown>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, alone, user, depth, timeMs, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Lets no further group begin, and resolves when none is under way; the answer lets them go on. */
  async pause(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pauses.add(promise);
    await this.#committing;
    return () => {
      this.#pauses.delete(promise);
      resolve();
    };
  }

  /** Resolves when nothing waits or runs. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    await undefined; // callers of the same turn join the first group
    while (this.#waiting.length > 0) {
      await this.#gather();
      for (const pause of this.#pauses) await pause;
      const group = this.#nextGroup();
      const started = performance.now();
      this.#committing = this.#commit(group);
      await this.#committing;
      this.#lastSize = group.length;
      this.#lastTookMs = performance.now() - started;
    }
    this.#running = undefined;
  }

  async #gather(): Promise<void> {
    if (this.#waiting.length >= this.#lastSize) return;
    const deadline = performance.now() + Math.min(this.#lastTookMs * GATHER_SHARE, GATHER_MAX_MS);
    do await eventLoopTurn();
    while (this.#waiting.length < this.#lastSize && performance.now() < deadline);
  }

  #nextGroup(): QueuedWork[] {
    const waiting = this.#waiting;
    let size = 1;
    while (size < Math.min(waiting.length, GROUP_MAX_WORKS) && !waiting[0].alone && !waiting[size].alone) size++;
    this.#waiting = waiting.slice(size);
    return waiting.slice(0, size);
  }
}
