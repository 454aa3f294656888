import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Transaction } from '../transaction/transaction.ts';
import type { WriteResult } from './database.ts';

/** One caller's change that waits for its turn. */
export interface QueuedWork {
  readonly run: (transaction: Transaction) => unknown;
  /** It must be the only one of its group. */
  readonly alone: boolean;
  readonly resolve: (result: WriteResult<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** Works in one group: bounds what a failed flush takes with it, and the memory of one commit. */
const GROUP_MAX_WORKS = 1024;

/** Group commit: while one group is on its way to the disk, the next one gathers. */
export class CommitQueue {
  readonly #commit: (works: readonly QueuedWork[]) => Promise<void>;
  #waiting: QueuedWork[] = [];
  #running: Promise<void> | undefined;

  constructor(commit: (works: readonly QueuedWork[]) => Promise<void>) {
    this.#commit = commit;
  }

  add(run: (transaction: Transaction) => unknown, alone: boolean): Promise<WriteResult<unknown>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, alone, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits or runs. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    await eventLoopTurn(); // callers whose requests came in the same turn join the first group
    while (this.#waiting.length > 0) await this.#commit(this.#nextGroup());
    this.#running = undefined;
  }

  #nextGroup(): QueuedWork[] {
    const waiting = this.#waiting;
    let size = 1;
    while (size < Math.min(waiting.length, GROUP_MAX_WORKS) && !waiting[0].alone && !waiting[size].alone) size++;
    this.#waiting = waiting.slice(size);
    return waiting.slice(0, size);
  }
}
