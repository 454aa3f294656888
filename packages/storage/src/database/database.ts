import { join } from 'node:path';
import { CairnError, type Value } from '@cairn/protocol/internal';
import type { BackupManifest } from '../backup/manifest.ts';
import { type BackupSource, writeBackup } from '../backup/write-backup.ts';
import { checkStoredData } from '../check/check-stored-data.ts';
import type { CheckProgress, Finding } from '../check/finding.ts';
import type { IndexDefinition, IndexInfo } from '../indexes/definition.ts';
import { applyCommit } from '../log/apply-commit.ts';
import { isDocumentChange } from '../log/change.ts';
import { ChangeLog, type LogHold } from '../log/change-log.ts';
import type { CommitRecord } from '../log/commit-record.ts';
import { lsnAtMoment, openPast, toCome } from '../log/open-past.ts';
import { replayableRuns } from '../log/replayable-runs.ts';
import type { StorageState } from '../meter/storage-meter.ts';
import type { StorageOptions } from '../options.ts';
import { collectionNotFound } from '../store/errors.ts';
import type { ReadView } from '../transaction/read-view.ts';
import { replay } from '../transaction/replay.ts';
import { Snapshot } from '../transaction/snapshot.ts';
import { type IsolationLevel, Transaction } from '../transaction/transaction.ts';
import type { TransactionMemory } from '../transaction/transaction-memory.ts';
import type { BlockCache } from '../tree/block-cache.ts';
import type { CommitAuthor, WriteResult } from './commit/commit-queue.ts';
import { Committer, type CommitWatcher } from './commit/committer.ts';
import { assertNoConflict } from './commit/conflict-check.ts';
import { ENVIRONMENT_FILE, LOG_FOLDER } from './database-folder.ts';
import type { DatabaseVersion } from './database-version.ts';
import { Environment } from './disk/lmdb-environment.ts';
import { loadVersion } from './disk/load-version.ts';
import { NewestState } from './newest-state.ts';

export interface SettledState {
  readonly snapshot: Snapshot;
  release(): void;
}

export interface HeldState {
  readonly version: DatabaseVersion;
  readonly fileLsn: number;
  release(): void;
}

/**
 * One database: its committed state, and the queue in which changes become durable. Reads take a snapshot; writes are
 * gathered while a commit is under way and then go to disk together, each in full or not at all.
 *
 * @example
 * await database.createCollection('users');
 * await database.write((transaction) => transaction.put('users', record, 'insert'));
 * const snapshot = database.snapshot();
 * const position = snapshot.collection('users')?.get('ann');
 * snapshot.release();
 */
export class Database {
  readonly name: string;
  /** The LMDB file, for other threads that read it. */
  readonly file: string;
  readonly #environment: Environment;
  readonly #log: ChangeLog;
  readonly #options: StorageOptions;
  readonly #newest: NewestState;
  readonly #committer: Committer;
  #isClosed = false;

  private constructor(
    name: string,
    { environment, log, version }: { environment: Environment; log: ChangeLog; version: DatabaseVersion | undefined },
    cache: BlockCache,
    options: StorageOptions,
  ) {
    this.name = name;
    this.file = environment.path;
    this.#environment = environment;
    this.#log = log;
    this.#options = options;
    this.#newest = new NewestState(name, { environment, cache, options }, version);
    this.#committer = new Committer(name, { environment, log, newest: this.#newest, options });
  }

  /** Opens the database of a folder, or begins one there; what its log holds behind its file is done again. */
  static open(name: string, folder: string, cache: BlockCache, options: StorageOptions): Database {
    const environment = Environment.open(join(folder, ENVIRONMENT_FILE));
    try {
      const reader = environment.reader();
      const version = loadVersion(reader, name);
      reader.done();
      const { log, behind } = ChangeLog.open(join(folder, LOG_FOLDER), version?.lsn ?? 0, options);
      const database = new Database(name, { environment, log, version }, cache, options);
      for (const commits of replayableRuns(behind)) database.#committer.redo(commits);
      return database;
    } catch (error) {
      void environment.close();
      throw error;
    }
  }

  /** LSN of the newest state that is on disk and visible. */
  get lsn(): number {
    return this.#newest.version.lsn;
  }

  get catalogueVersion(): number {
    return this.#newest.version.catalogueVersion;
  }

  /** What waits, and how much there is. */
  get state(): StorageState {
    const { bytes: logBytes } = this.#log;
    const { queue, checkpoints } = this.#committer;
    return { queuedCommits: queue.depth, logBytes, unwrittenBytes: checkpoints.unwrittenBytes };
  }

  /** Why the database takes no more writes until it is opened anew; undefined while it does. */
  get failure(): CairnError | undefined {
    return this.#committer.failure;
  }

  /** The newest durable state. */
  snapshot(): Snapshot {
    return new Snapshot(this.#newest.shared);
  }

  /**
   * Runs `work` on the newest durable state, which ends with it.
   * @param work synchronous
   */
  read<T>(work: (view: Snapshot) => T): T {
    const view = this.snapshot();
    try {
      return work(view);
    } finally {
      view.release();
    }
  }

  /**
   * The newest durable state, while the file holds exactly that: another thread may open the same state from it. Until
   * `release` the file stays as it is and commits gather in memory, so keep it short; the snapshot ends with it.
   */
  async settled(): Promise<SettledState> {
    const resume = await this.#committer.queue.pause();
    try {
      const release = await this.#committer.checkpoints.settle();
      const snapshot = this.snapshot();
      return {
        snapshot,
        release: () => {
          snapshot.release();
          release();
        },
      };
    } finally {
      resume();
    }
  }

  /**
   * The newest durable state, and what the file has of it for sure: until `release` the file may come to have more of it,
   * and nothing newer, so that another thread can open it. Blocks of commits after `fileLsn` are in memory.
   */
  hold(): HeldState {
    const snapshot = this.snapshot();
    const release = this.#committer.checkpoints.hold();
    return {
      version: snapshot.version,
      fileLsn: this.#newest.shared.fileLsn,
      release: () => {
        snapshot.release();
        release();
      },
    };
  }

  /** Begins a transaction on the newest durable state; `commit` it or `rollback()` it. */
  begin(options: { isolation?: IsolationLevel; memory?: TransactionMemory } = {}): Transaction {
    const { blockMaxBytes } = this.#options;
    const home = {
      newest: () => this.#newest.version,
      snapshot: () => this.snapshot(),
      recent: this.#committer.recent,
    };
    return new Transaction(this.snapshot(), { ...options, blockMaxBytes, home });
  }

  /** What an acknowledgement is worth: `full`, on disk; `relaxed`, on disk within `RELAXED_DELAY_MS` and what a flush takes. */
  get durability(): 'full' | 'relaxed' {
    return this.#newest.version.properties.durability;
  }

  async setDurability(durability: 'full' | 'relaxed'): Promise<void> {
    await this.#alter((transaction) =>
      transaction.setDatabaseProperties({ ...transaction.databaseProperties, durability }),
    );
  }

  /** Gives up a transaction that `begin` made. */
  rollback(transaction: Transaction): void {
    transaction.rollback();
  }

  /**
   * Runs `work` in its turn on the newest state and makes its changes durable, together with those of other callers.
   * @param work synchronous; when it throws, its own changes are undone and the promise rejects with what it threw
   */
  write<T>(work: (transaction: Transaction) => T, by: CommitAuthor = {}): Promise<WriteResult<T>> {
    return this.#committer.queue.add(work as (transaction: Transaction) => unknown, by) as Promise<WriteResult<T>>;
  }

  /**
   * Makes a transaction's changes durable, and answers the LSN.
   * @throws CairnError `conflict` (retryable) when another commit has changed one of its documents since it began
   */
  async commit(transaction: Transaction, by: CommitAuthor = {}): Promise<number> {
    if (transaction.state !== 'open') throw new CairnError('transaction_not_found', 'Transaction not found');
    const { lsn } = transaction;
    try {
      if (transaction.writes === 0 && !transaction.changesCatalogue) return lsn;
      const written = await this.#committer.queue.add(
        (group) => {
          assertNoConflict(transaction, { version: this.#newest.version, recent: this.#committer.recent, group });
          replay(transaction, group);
        },
        { ...by, alone: transaction.changesCatalogue },
      );
      transaction.finish('committed');
      return written.lsn;
    } finally {
      transaction.rollback();
    }
  }

  async createCollection(name: string, options: { type?: string; properties?: Value } = {}): Promise<void> {
    await this.#alter((transaction) =>
      transaction.createCollection(name, options.type ?? 'document', options.properties),
    );
  }

  async dropCollection(name: string): Promise<void> {
    await this.#alter((transaction) => transaction.dropCollection(name));
  }

  /** Removes all documents; answers how many there were. */
  async truncateCollection(name: string): Promise<number> {
    return this.#alter((transaction) => transaction.truncateCollection(name));
  }

  async setCollectionProperties(name: string, properties: Value): Promise<void> {
    await this.#alter((transaction) => transaction.setCollectionProperties(name, properties));
  }

  /** Makes new properties of those of the moment: what others change meanwhile is not lost. @throws CairnError `not_found` */
  async changeCollectionProperties(name: string, change: (properties: Value) => Value): Promise<void> {
    await this.#alter((transaction) => {
      const collection = transaction.collection(name);
      if (collection === undefined) throw collectionNotFound(name);
      transaction.setCollectionProperties(name, change(collection.properties));
    });
  }

  /** Makes an index and fills it from the documents there are. */
  async createIndex(collection: string, definition: IndexDefinition): Promise<IndexInfo> {
    await this.#alter((transaction) => transaction.createIndex(collection, definition));
    const made = this.#newest.version.collections
      .get(collection)
      ?.indexes.find((index) => index.name === definition.name);
    if (made === undefined) throw collectionNotFound(collection);
    const { name, fields, unique, sparse, type, options, entryCount } = made;
    return { name, fields, unique, sparse, type, options, entryCount };
  }

  async dropIndex(collection: string, name: string): Promise<void> {
    await this.#alter((transaction) => transaction.dropIndex(collection, name));
  }

  /** Joins blocks that removals have left small. */
  async compactCollection(name: string): Promise<void> {
    await this.#alter((transaction) => transaction.compactCollection(name));
  }

  async rebuildIndexes(collection: string): Promise<number> {
    return this.#alter((transaction) => transaction.rebuildIndexes(collection));
  }

  /** The oldest LSN from which `changes` can read. */
  get oldestLogLsn(): number {
    return this.#log.oldestLsn;
  }

  /**
   * The commits from an LSN on, in order, up to the newest one at the time of the call.
   * @throws CairnError `not_found` when the log no longer has them
   */
  changes(fromLsn: number): AsyncGenerator<CommitRecord> {
    return this.#log.read(fromLsn);
  }

  /**
   * The state of an earlier LSN, as far back as the change log reaches.
   * @throws CairnError `not_found` when the log no longer reaches it, `invalid_argument` for an LSN to come,
   *   `limit_exceeded` when too much has changed since
   */
  asOf(lsn: number): Promise<ReadView> {
    return openPast(this.begin(), this.#log, lsn);
  }

  /**
   * The LSN of the last commit that was made at or before a moment, milliseconds since 1970.
   * @throws CairnError `not_found` when the change log does not reach back that far
   */
  lsnAt(timeMs: number): Promise<number> {
    return lsnAtMoment(this.#log, timeMs);
  }

  /** Calls `watcher` for each group of commits until the answer is called. It must not throw. */
  watch(watcher: CommitWatcher): () => void {
    return this.#committer.watch(watcher);
  }

  /** Keeps the change log from an LSN on, for somebody who follows it. */
  holdLog(fromLsn: number): LogHold {
    return this.#log.hold(fromLsn);
  }

  /**
   * Looks at everything that is stored, and at the change log; gives what is not as it must be.
   * @param onProgress told after each block
   */
  async *check(onProgress?: (progress: CheckProgress) => void): AsyncGenerator<Finding> {
    const settled = await this.settled();
    const reader = this.#environment.reader();
    settled.release();
    try {
      yield* checkStoredData(reader, this.name, onProgress);
    } finally {
      reader.done();
    }
    const { oldestLsn } = this.#log;
    try {
      for await (const commit of this.#log.read(oldestLsn)) if (commit.lsn < oldestLsn) break;
    } catch (error) {
      if (!(error instanceof CairnError) || error.code !== 'corruption') throw error;
      yield { kind: 'log', database: this.name, message: error.message, isRepairable: false };
    }
  }

  /**
   * Writes a backup into a folder that must not exist yet, while commits go on: docs/formats/backup.md.
   * @param sinceLsn the LSN of an earlier backup: only what has happened since is written
   * @throws CairnError `already_exists`, `not_found` when the log no longer reaches back that far, `corruption`
   */
  async backup(folder: string, sinceLsn?: number): Promise<BackupManifest> {
    await this.#log.flush();
    const { name, lsn, oldestLogLsn } = this;
    if (sinceLsn !== undefined && sinceLsn > lsn) throw toCome(sinceLsn, lsn);
    const source: BackupSource = {
      ...{ name, lsn, oldestLogLsn },
      copyEnvironment: (path) => this.#environment.copy(path),
      changes: (fromLsn) => this.changes(fromLsn),
      holdLog: (fromLsn) => this.holdLog(fromLsn),
    };
    return writeBackup(source, folder, sinceLsn);
  }

  /**
   * Does commits of a log again, each as the commit that it was: LSN, time and user stay.
   * @param commits those that follow the newest one here
   */
  async redo(commits: readonly CommitRecord[]): Promise<void> {
    const results = commits.map(({ changes, user, depth, timeMs }) =>
      this.#committer.queue.add((transaction) => applyCommit(transaction, changes), {
        ...{ user, depth, timeMs },
        alone: !changes.every(isDocumentChange),
      }),
    );
    for (const [index, { lsn }] of (await Promise.all(results)).entries()) {
      const expected = commits[index].lsn;
      if (lsn === expected) continue;
      throw new CairnError(
        'corruption',
        `The commit of LSN ${expected} came out as LSN ${lsn}: the log does not fit the file`,
      );
    }
  }

  /** Builds indexes and counters anew where findings say that this mends them; answers the collections. */
  async repair(findings: readonly Finding[]): Promise<string[]> {
    const names = findings.filter((finding) => finding.isRepairable).map((finding) => finding.collection!);
    const collections = [...new Set(names)].sort();
    for (const collection of collections) await this.rebuildIndexes(collection);
    return collections;
  }

  /** Waits for the commits under way, brings what the log has to the file, and closes both. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#committer.close();
    this.#newest.close();
    await this.#log.close();
    await this.#environment.close();
  }

  /** Catalogue changes go alone: they replace the trees that other works of a group would write to. */
  async #alter<T>(work: (transaction: Transaction) => T): Promise<T> {
    const { result } = await this.#committer.queue.add(work as (transaction: Transaction) => unknown, { alone: true });
    return result as T;
  }
}
