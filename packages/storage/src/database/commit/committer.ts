import { CairnError } from '@cairn/protocol/internal';
import { applyCommit } from '../../log/apply-commit.ts';
import type { ChangeLog } from '../../log/change-log.ts';
import type { CommitRecord } from '../../log/commit-record.ts';
import type { StorageOptions } from '../../options.ts';
import { Snapshot } from '../../transaction/snapshot.ts';
import { Transaction } from '../../transaction/transaction.ts';
import { Checkpoints } from '../disk/checkpoints.ts';
import type { Environment } from '../disk/lmdb-environment.ts';
import type { NewestState } from '../newest-state.ts';
import { CommitGroup, RecordBuffer } from './commit-group.ts';
import { type CommitPlan, planCommit } from './commit-plan.ts';
import { CommitQueue, type QueuedWork } from './commit-queue.ts';
import { RecentCommits } from './recent-commits.ts';

/** Told of each group of commits as it comes to be seen, before its callers are answered: the collections that it wrote to. */
export type CommitWatcher = (collections: ReadonlySet<string>) => void;

interface CommitterParts {
  readonly environment: Environment;
  readonly log: ChangeLog;
  readonly newest: NewestState;
  readonly options: StorageOptions;
}

/** How changes become durable: works form groups, a group goes into the log and is seen then, a checkpoint brings it to the file. */
export class Committer {
  readonly queue: CommitQueue;
  readonly checkpoints: Checkpoints;
  /** What open transactions must still be compared with. */
  readonly recent = new RecentCommits();
  readonly #name: string;
  readonly #log: ChangeLog;
  readonly #newest: NewestState;
  readonly #options: StorageOptions;
  readonly #records = new RecordBuffer();
  readonly #watchers = new Set<CommitWatcher>();
  #failure: CairnError | undefined;
  #isClosed = false;

  constructor(name: string, { environment, log, newest, options }: CommitterParts) {
    this.#name = name;
    this.#log = log;
    this.#newest = newest;
    this.#options = options;
    this.queue = new CommitQueue((works) => this.#commitGroup(works));
    this.checkpoints = new Checkpoints(options, {
      write: async (changes) => {
        await log.flush(); // the file must never have what the log has not
        await environment.write(changes);
      },
      written: (lsn, references) => {
        newest.written(references);
        return log.prune(lsn, options.nowMs());
      },
      failed: (error) => {
        if (error.code === 'read_only') this.#failure = error;
      },
    });
  }

  /** Why no more commits are made until the database is opened anew; undefined while they are. */
  get failure(): CairnError | undefined {
    return this.#failure;
  }

  /** Calls `watcher` for each group of commits until the answer is called. */
  watch(watcher: CommitWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Does logged commits again, at opening. */
  redo(commits: readonly CommitRecord[]): void {
    const { blockMaxBytes } = this.#options;
    const transaction = new Transaction(new Snapshot(this.#newest.forCommit()), { blockMaxBytes });
    for (const { changes } of commits) applyCommit(transaction, changes);
    this.#show(planCommit(transaction, commits.at(-1)!.lsn));
    transaction.rollback();
  }

  /** Refuses further works, and waits until those under way are done and the file has everything. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.queue.drain();
    await this.checkpoints.close();
  }

  async #commitGroup(works: readonly QueuedWork[]): Promise<void> {
    const refusal = await this.#refusal();
    if (refusal !== undefined) {
      for (const work of works) work.reject(refusal);
      return;
    }
    const { blockMaxBytes, nowMs } = this.#options;
    const transaction = new Transaction(new Snapshot(this.#newest.forCommit()), { blockMaxBytes });
    const log = { records: this.#records.take(), durableLsn: this.#log.durableLsn, timeMs: nowMs() };
    const group = new CommitGroup(works, transaction, log);
    try {
      group.run();
      if (group.lastLsn > this.#newest.version.lsn) {
        const plan = planCommit(transaction, group.lastLsn);
        if (this.#newest.version.properties.durability === 'full' || transaction.changesCatalogue)
          await this.#append(group);
        else await this.#appendSoon(group);
        this.#remember(transaction, group.lastLsn);
        this.#show(plan);
        this.#tellWatchers(transaction);
        this.#options.meter?.committed(works.length);
      }
      group.resolve();
    } catch (error) {
      group.reject(error);
    } finally {
      transaction.rollback();
    }
  }

  #tellWatchers(group: Transaction): void {
    if (this.#watchers.size === 0) return;
    const collections = new Set<string>();
    for (const [name, collection] of group.touched) {
      if (collection === null || collection.writes.size > 0 || group.changesCatalogue) collections.add(name);
    }
    for (const watcher of this.#watchers) watcher(collections);
  }

  /** Why no commit can be made now. */
  async #refusal(): Promise<unknown> {
    if (this.#isClosed) return new CairnError('read_only', `Database '${this.#name}' is closed`);
    try {
      await this.checkpoints.makeRoom();
    } catch (error) {
      return error;
    }
    return this.#failure;
  }

  async #append({ records, lastLsn }: CommitGroup): Promise<void> {
    try {
      await this.#log.append(records.bytes, records.position, this.#newest.version.lsn + 1, lastLsn);
    } catch (error) {
      if (error instanceof CairnError && error.code === 'read_only') this.#failure = error;
      throw error;
    }
  }

  #appendSoon({ records, lastLsn }: CommitGroup): Promise<void> | undefined {
    const bytes = records.bytes.subarray(0, records.position);
    return this.#log.appendSoon(bytes, { firstLsn: this.#newest.version.lsn + 1, lastLsn }, (error) => {
      this.#failure ??= notWritten(error);
    });
  }

  /** Its changes are in the log and wait for a checkpoint. */
  #show(plan: CommitPlan): void {
    this.#newest.show(plan);
    this.checkpoints.add(plan);
  }

  #remember(group: Transaction, lsn: number): void {
    if (!this.recent.isWatched) return;
    for (const collection of group.touched.values()) {
      if (collection === null) continue;
      for (const key of collection.writes.keys()) this.recent.note(collection.id, key, lsn);
    }
  }
}

/** Acknowledged changes are visible and not on disk: nothing may be built on them. */
function notWritten(cause: unknown): CairnError {
  const message = `Relaxed commits did not reach the disk (${(cause as Error).message}): the database takes no more until it is opened anew`;
  return new CairnError('read_only', message, { spoils: 'process', cause });
}
