import { join } from 'node:path';
import { CairnError, type Value } from '@cairn/protocol/internal';
import { isSound } from '../block/build.ts';
import type { IndexDefinition, IndexInfo } from '../indexes/definition.ts';
import type { StorageOptions } from '../options.ts';
import { collectionNotFound, corruption } from '../store/errors.ts';
import { Snapshot, type SnapshotSource } from '../transaction/snapshot.ts';
import { type IsolationLevel, Transaction } from '../transaction/transaction.ts';
import type { BlockCache } from '../tree/block-cache.ts';
import type { BlockReference } from '../tree/block-reference.ts';
import type { ReadBlock } from '../tree/tree-overlay.ts';
import { type CommitPlan, planCommit } from './commit-plan.ts';
import { CommitQueue, type QueuedWork } from './commit-queue.ts';
import { assertNoConflict } from './conflict-check.ts';
import type { DatabaseVersion } from './database-version.ts';
import { Environment, type EnvironmentReader } from './lmdb-environment.ts';
import { loadVersion } from './load-version.ts';
import { decodeMeta } from './meta.ts';
import { RecentCommits } from './recent-commits.ts';
import { blockKey, META_KEY } from './stored-keys.ts';

export const ENVIRONMENT_FILE = 'data.mdb';
/** A commit may become durable between two looks at the LSN; it cannot do so again and again. */
const SNAPSHOT_ATTEMPTS_MAX = 8;

const EMPTY: DatabaseVersion = { lsn: 0, catalogueVersion: 0, nextTreeId: 1, collections: new Map() };

export interface WriteResult<T> {
  readonly result: T;
  /** The commit's LSN. */
  readonly lsn: number;
}

export interface SettledState {
  readonly snapshot: Snapshot;
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
  readonly #environment: Environment;
  readonly #cache: BlockCache;
  readonly #options: StorageOptions;
  readonly #queue: CommitQueue;
  readonly #recent = new RecentCommits();
  #current: DatabaseVersion;
  /** The state that the commit under way will leave: on disk perhaps, not yet announced. */
  #upcoming: DatabaseVersion | undefined;
  #shared: SharedState | undefined;
  #failure: CairnError | undefined;
  #closed = false;

  private constructor(
    name: string,
    environment: Environment,
    version: DatabaseVersion,
    cache: BlockCache,
    options: StorageOptions,
  ) {
    this.name = name;
    this.#environment = environment;
    this.#current = version;
    this.#cache = cache;
    this.#options = options;
    this.#queue = new CommitQueue((works) => this.#commitGroup(works));
  }

  /** Opens the database of a folder, or begins one there. */
  static open(name: string, folder: string, cache: BlockCache, options: StorageOptions): Database {
    const environment = Environment.open(join(folder, ENVIRONMENT_FILE));
    const reader = environment.reader();
    const version = loadVersion(reader, name);
    reader.done();
    return new Database(name, environment, version ?? EMPTY, cache, options);
  }

  /** LSN of the newest state that is on disk and visible. */
  get lsn(): number {
    return this.#current.lsn;
  }

  get catalogueVersion(): number {
    return this.#current.catalogueVersion;
  }

  /** The newest durable state. */
  snapshot(): Snapshot {
    return new Snapshot(this.#sharedState());
  }

  /**
   * The newest durable state, while the file holds exactly that: another thread may open the same state from it. Commits
   * wait until `release`, so keep it short; the snapshot ends with it.
   */
  async settled(): Promise<SettledState> {
    const resume = await this.#queue.pause();
    const snapshot = this.snapshot();
    return {
      snapshot,
      release: () => {
        snapshot.release();
        resume();
      },
    };
  }

  /** Begins a transaction on the newest durable state; `commit` it or `rollback()` it. */
  begin(options: { isolation?: IsolationLevel } = {}): Transaction {
    const snapshot = this.snapshot();
    const { lsn } = snapshot;
    this.#recent.begin(lsn);
    const { blockMaxBytes } = this.#options;
    return new Transaction(snapshot, {
      isolation: options.isolation,
      blockMaxBytes,
      onEnd: () => this.#recent.end(lsn),
    });
  }

  /** Gives up a transaction that `begin` made. */
  rollback(transaction: Transaction): void {
    transaction.rollback();
  }

  /**
   * Runs `work` in its turn on the newest state and makes its changes durable, together with those of other callers.
   * @param work synchronous; when it throws, its own changes are undone and the promise rejects with what it threw
   */
  write<T>(work: (transaction: Transaction) => T): Promise<WriteResult<T>> {
    return this.#queue.add(work as (transaction: Transaction) => unknown, false) as Promise<WriteResult<T>>;
  }

  /**
   * Makes a transaction's changes durable, and answers the LSN.
   * @throws CairnError `conflict` (retryable) when another commit has changed one of its documents since it began
   */
  async commit(transaction: Transaction): Promise<number> {
    if (transaction.state !== 'open') throw new CairnError('transaction_not_found', 'Transaction not found');
    const { lsn } = transaction;
    try {
      if (transaction.writes === 0) return lsn;
      const written = await this.#queue.add((group) => {
        assertNoConflict(transaction, { version: this.#current, recent: this.#recent, group });
        replay(transaction, group);
      }, false);
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

  /** Makes an index and fills it from the documents there are. */
  async createIndex(collection: string, definition: IndexDefinition): Promise<IndexInfo> {
    await this.#alter((transaction) => transaction.createIndex(collection, definition));
    const made = this.#current.collections.get(collection)?.indexes.find((index) => index.name === definition.name);
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

  /** Waits for the commits under way and closes the files. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue.drain();
    this.#shared?.retire();
    this.#shared = undefined;
    await this.#environment.close();
  }

  /** Catalogue changes go alone: they replace the trees that other works of a group would write to. */
  async #alter<T>(work: (transaction: Transaction) => T): Promise<T> {
    const { result } = await this.#queue.add(work as (transaction: Transaction) => unknown, true);
    return result as T;
  }

  async #commitGroup(works: readonly QueuedWork[]): Promise<void> {
    if (this.#failure !== undefined || this.#closed) {
      const error = this.#failure ?? new CairnError('read_only', `Database '${this.name}' is closed`);
      for (const work of works) work.reject(error);
      return;
    }
    const group = new Transaction(new Snapshot(this.#commitState()), { blockMaxBytes: this.#options.blockMaxBytes });
    const done = runAll(works, group);
    try {
      if (done.length === 0) return;
      if (group.writes === 0 && !group.changesCatalogue) return settle(done, this.#current.lsn);
      await this.#persist(planCommit(group), group);
      settle(done, this.#current.lsn);
    } catch (error) {
      for (const { work } of done) work.reject(error);
    } finally {
      group.rollback();
    }
  }

  async #persist(plan: CommitPlan, group: Transaction): Promise<void> {
    this.#upcoming = plan.version;
    try {
      await this.#environment.write(plan.changes);
    } catch (error) {
      if (error instanceof CairnError && error.code === 'read_only') this.#failure = error;
      throw error;
    } finally {
      this.#upcoming = undefined;
    }
    this.#remember(group, plan.version.lsn);
    this.#current = plan.version;
    for (const reference of plan.superseded) this.#cache.forget(reference);
    for (const reference of plan.written) this.#cache.admit(reference);
    this.#shared?.retire();
    this.#shared = undefined;
  }

  #remember(group: Transaction, lsn: number): void {
    if (!this.#recent.isWatched) return;
    for (const collection of group.touched.values()) {
      if (collection === null) continue;
      for (const key of collection.writes.keys()) this.#recent.note(collection.id, key, lsn);
    }
  }

  /**
   * The state that a commit builds on. While it is built nothing else commits, so without readers an LMDB transaction is
   * opened only for a block that is not in memory: one that is open through every commit would keep pages from reuse.
   */
  #commitState(): SnapshotSource {
    return this.#shared ?? new CommitState(this.#current, () => this.#openState().reader, this.#load.bind(this));
  }

  #sharedState(): SharedState {
    if (this.#shared === undefined) {
      const { version, reader } = this.#openState();
      this.#shared = new SharedState(version, reader, (treeId, reference, walkBlocks) =>
        this.#load(reader, treeId, reference, walkBlocks),
      );
    }
    return this.#shared;
  }

  /** An LMDB read transaction, and the version in memory that has the same LSN. */
  #openState(): { version: DatabaseVersion; reader: EnvironmentReader } {
    for (let attempt = 0; attempt < SNAPSHOT_ATTEMPTS_MAX; attempt++) {
      const reader = this.#environment.reader();
      const meta = reader.get(META_KEY);
      const lsn = meta === undefined ? 0 : decodeMeta(meta, this.name).lsn;
      if (lsn === this.#current.lsn) return { version: this.#current, reader };
      if (lsn === this.#upcoming?.lsn) return { version: this.#upcoming, reader };
      reader.done();
      this.#environment.refresh();
    }
    throw new CairnError('internal', `Database '${this.name}' is at an unknown LSN`, { spoils: 'process' });
  }

  #load(reader: EnvironmentReader, treeId: number, reference: BlockReference, walkBlocks: number): Uint8Array {
    const bytes = reader.get(blockKey(treeId, reference.fence));
    if (bytes === undefined) throw corruption(this.name, treeId, reference.fence);
    if (!reference.verified) {
      if (!isSound(bytes, reference.successor)) throw corruption(this.name, treeId, reference.fence);
      reference.verified = true;
    }
    if (walkBlocks * this.#options.blockMaxBytes <= this.#options.cacheMaxBytes) {
      reference.bytes = bytes;
      this.#cache.admit(reference);
    }
    return bytes;
  }
}

type LoadBlock = (
  reader: EnvironmentReader,
  treeId: number,
  reference: BlockReference,
  walkBlocks: number,
) => Uint8Array;

/** The newest state for the time of one commit; opens an LMDB transaction when it has to. */
class CommitState implements SnapshotSource {
  readonly version: DatabaseVersion;
  readonly readBlock: ReadBlock;
  #reader: EnvironmentReader | undefined;

  constructor(version: DatabaseVersion, open: () => EnvironmentReader, load: LoadBlock) {
    this.version = version;
    this.readBlock = (treeId, reference, walkBlocks = 1) => {
      reference.used = true;
      if (reference.bytes !== undefined) return reference.bytes;
      this.#reader ??= open();
      return load(this.#reader, treeId, reference, walkBlocks);
    };
  }

  retain(): void {}

  release(): void {
    this.#reader?.done();
    this.#reader = undefined;
  }
}

/** The state that all present readers share; it ends when a newer one is there and the last reader has gone. */
class SharedState implements SnapshotSource {
  readonly version: DatabaseVersion;
  readonly readBlock: ReadBlock;
  readonly #reader: EnvironmentReader;
  #readers = 0;
  #retired = false;

  constructor(
    version: DatabaseVersion,
    reader: EnvironmentReader,
    load: (treeId: number, reference: BlockReference, walkBlocks: number) => Uint8Array,
  ) {
    this.version = version;
    this.#reader = reader;
    this.readBlock = (treeId, reference, walkBlocks) => {
      reference.used = true;
      return reference.bytes ?? load(treeId, reference, walkBlocks ?? 1);
    };
  }

  retain(): void {
    this.#readers++;
  }

  release(): void {
    if (--this.#readers === 0 && this.#retired) this.#reader.done();
  }

  retire(): void {
    this.#retired = true;
    if (this.#readers === 0) this.#reader.done();
  }
}

/** Does again in the group what a transaction has done. */
function replay(transaction: Transaction, group: Transaction): void {
  for (const [name, collection] of transaction.touched) {
    for (const [key, record] of collection?.writes ?? []) {
      if (record === null) group.delete(name, key);
      else group.put(name, record, 'upsert');
    }
  }
}

interface DoneWork {
  readonly work: QueuedWork;
  readonly result: unknown;
}

/** The savepoint before each work of a group. */
const WORK = 'work';

/**
 * Runs each work of a group; one that throws is undone and rejected, the others stay. A work that is alone needs no way
 * back: when it throws the whole group is given up, and a large one would keep a note of every step.
 */
function runAll(works: readonly QueuedWork[], group: Transaction): DoneWork[] {
  const done: DoneWork[] = [];
  const isAlone = works.length === 1;
  for (const work of works) {
    if (!isAlone) group.savepoint(WORK);
    try {
      done.push({ work, result: work.run(group) });
    } catch (error) {
      if (!isAlone) group.rollbackTo(WORK);
      work.reject(error);
    }
    if (!isAlone) group.releaseSavepoint(WORK);
  }
  return done;
}

function settle(done: readonly DoneWork[], lsn: number): void {
  for (const { work, result } of done) work.resolve({ result, lsn });
}
