import { type Database, ReplicaFeed } from '@cairn/storage/internal';
import type { Host } from '../host.ts';
import { FILE_HOLD_MAX_MS } from '../limits.ts';
import type { WorkerThread } from './worker-thread.ts';

/** A state that nobody reads is let go of after this time, milliseconds: an open one keeps pages of the file from reuse. */
const REST_AFTER_MS = 500;

/** What one worker has of one database. */
export class ReplicaLink {
  readonly database: Database;
  /** The number of the database in messages. */
  readonly number: number;
  readonly #thread: WorkerThread;
  readonly #feed = new ReplicaFeed();
  /** The LSN of the state that the worker has open, or is about to open. */
  #openLsn: number | undefined;
  /** Calls to open a state that are not answered yet. */
  #opening = 0;
  #readers = 0;
  readonly #resting: NodeJS.Timeout;
  readonly #host: Host;
  #lastUsedMs: number;

  constructor(thread: WorkerThread, database: Database, number: number, host: Host) {
    this.#thread = thread;
    this.#host = host;
    this.#lastUsedMs = host.monotonicMs();
    this.database = database;
    this.number = number;
    this.#resting = setTimeout(() => this.#rest(), REST_AFTER_MS).unref();
  }

  /**
   * Has the worker open the newest state, unless it has, with the blocks of these collections: a query that is sent from
   * now on finds it. Answers its LSN.
   */
  follow(collections: Iterable<string>): number {
    const { lsn } = this.database;
    if (this.#openLsn !== lsn || !this.#feed.follows(collections)) this.#advance(collections);
    return lsn;
  }

  retain(): void {
    this.#readers++;
  }

  release(): void {
    this.#lastUsedMs = this.#host.monotonicMs();
    if (--this.#readers === 0) this.#resting.refresh();
  }

  /** Whether nobody has read here since a moment of the host's monotonic clock. */
  isIdle(sinceMs: number): boolean {
    return this.#readers === 0 && this.#opening === 0 && this.#lastUsedMs < sinceMs;
  }

  /** Lets the worker close the file. */
  async close(): Promise<void> {
    clearTimeout(this.#resting);
    this.#openLsn = undefined;
    await this.#thread.closeDatabase(this.number);
  }

  /** The file is held until the worker has opened it, or for so long that the worker must be stuck in something else. */
  #advance(collections: Iterable<string>): void {
    const held = this.database.hold();
    const holding = setTimeout(() => held.release(), FILE_HOLD_MAX_MS).unref();
    this.#opening++;
    const { name, file } = this.database;
    const delta = this.#feed.next(held, collections);
    this.#openLsn = delta.lsn;
    this.#resting.refresh();
    this.#thread
      .open({ kind: 'open', database: this.number, place: { name, file }, delta })
      .catch(() => {
        // The queries that were sent behind find no state and begin anew; the next one is told everything.
        this.#openLsn = undefined;
        this.#feed.reset();
      })
      .finally(() => {
        this.#opening--;
        clearTimeout(holding);
        held.release();
      });
  }

  #rest(): void {
    if (this.#readers > 0 || this.#openLsn === undefined) return;
    this.#openLsn = undefined;
    this.#thread.post({ kind: 'rest', database: this.number });
  }
}
