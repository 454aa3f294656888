import { type Database, type DatabaseVersion, versionDelta } from '@cairn/storage/internal';
import type { Host } from '../host.ts';
import type { WorkerThread } from './worker-thread.ts';

/** A state that nobody reads is let go of after this time, milliseconds: an open one keeps pages of the file from reuse. */
const REST_AFTER_MS = 500;

/** What one worker has of one database. */
export class ReplicaLink {
  readonly database: Database;
  /** The number of the database in messages. */
  readonly number: number;
  readonly #thread: WorkerThread;
  /** The version that the worker's follows. */
  #sent: DatabaseVersion | undefined;
  /** The LSN of the state that the worker has open, or is about to open. */
  #openLsn: number | undefined;
  #advancing: Promise<void> | undefined;
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

  /** LSN and catalogue version of the state that a query which is sent now will read; undefined when none is open. */
  get state(): { readonly lsn: number; readonly catalogueVersion: number } | undefined {
    return this.#openLsn === undefined ? undefined : this.#sent;
  }

  /** Whether the worker has the newest state, so that nothing has to be waited for. */
  get isCurrent(): boolean {
    return this.#openLsn === this.database.lsn;
  }

  /** Brings the worker to a state that is not older than the newest one at the time of the call. */
  async follow(): Promise<void> {
    const wanted = this.database.lsn;
    while (this.#openLsn === undefined || this.#openLsn < wanted) {
      this.#advancing ??= this.#advance().finally(() => {
        this.#advancing = undefined;
      });
      await this.#advancing;
    }
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
    return this.#readers === 0 && this.#advancing === undefined && this.#lastUsedMs < sinceMs;
  }

  /** Lets the worker close the file. */
  async close(): Promise<void> {
    clearTimeout(this.#resting);
    await this.#advancing?.catch(() => {});
    this.#openLsn = undefined;
    await this.#thread.closeDatabase(this.number);
  }

  /** While the file is held at one state, the worker opens it. */
  async #advance(): Promise<void> {
    const { snapshot, release } = await this.database.settled();
    try {
      const { version } = snapshot;
      const delta = versionDelta(this.#sent, version);
      const { name, file } = this.database;
      const opened = this.#thread.open({ kind: 'open', database: this.number, place: { name, file }, delta });
      this.#sent = version;
      this.#openLsn = version.lsn;
      this.#resting.refresh();
      await opened;
    } catch (error) {
      this.#sent = undefined;
      this.#openLsn = undefined;
      throw error;
    } finally {
      release();
    }
  }

  #rest(): void {
    if (this.#readers > 0 || this.#advancing !== undefined || this.#openLsn === undefined) return;
    this.#openLsn = undefined;
    this.#thread.post({ kind: 'rest', database: this.number });
  }
}
