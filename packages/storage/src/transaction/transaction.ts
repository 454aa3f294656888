import { CairnError, type Value } from '@cairn/protocol/internal';
import type { RecentCommits } from '../database/commit/recent-commits.ts';
import type { DatabaseProperties, DatabaseVersion } from '../database/database-version.ts';
import { type NewRecord, recordOfValue } from '../document/record.ts';
import type { IndexDefinition } from '../indexes/definition.ts';
import { type Change, type DocumentChange, isDocumentChange } from '../log/change.ts';
import type { ReadBlock } from '../tree/tree-overlay.ts';
import { planMove } from './move-plan.ts';
import type { CollectionView, ReadView } from './read-view.ts';
import { ReadSet } from './reads/read-set.ts';
import { TrackedCollection, trackUniqueness } from './reads/tracked-collection.ts';
import { Savepoints } from './savepoints.ts';
import type { Snapshot } from './snapshot.ts';
import { MemoryShare, type TransactionMemory } from './transaction-memory.ts';
import { lastChanges } from './working/last-changes.ts';
import { ValueArena } from './working/value-arena.ts';
import { WorkingCatalogue } from './working/working-catalogue.ts';
import type { PutMode, WorkingCollection } from './working/working-collection.ts';
import type { WorkingHost } from './working/working-host.ts';

/**
 * The first two are the same: each statement reads the newest state, and a commit may overwrite what others have changed
 * since. From `repeatable_read` on a transaction reads the state of its beginning and never overwrites; `serializable`
 * also refuses to commit when something that it has read has changed.
 */
export type IsolationLevel = 'read_uncommitted' | 'read_committed' | 'repeatable_read' | 'serializable';

export type TransactionState = 'open' | 'committed' | 'rolled back';

/** The database of a transaction that a client has begun, as far as it needs it. */
export interface TransactionHome {
  newest(): DatabaseVersion;
  /** The newest state. */
  snapshot(): Snapshot;
  /** Told of what open transactions read, so that it keeps what they must still be compared with. */
  readonly recent: RecentCommits;
}

export interface TransactionParts {
  readonly isolation?: IsolationLevel;
  readonly blockMaxBytes: number;
  /** Absent for the transactions in which commits are put together. */
  readonly home?: TransactionHome;
  /** Asked for room for each write; nobody is asked when it is absent. */
  readonly memory?: TransactionMemory;
}

/**
 * A state of the database with one user's changes on top: it reads its own writes, and nobody else sees them before they
 * are committed. It holds no lock; conflicts are found at commit.
 */
export class Transaction implements ReadView {
  readonly isolation: IsolationLevel;
  #snapshot: Snapshot;
  readonly #home: TransactionHome | undefined;
  readonly #reads: ReadSet | undefined;
  readonly #memory: MemoryShare | undefined;
  readonly #tracked = new Map<string, TrackedCollection>();
  readonly #catalogue: WorkingCatalogue;
  readonly #journal: Change[] = [];
  readonly #savepoints = new Savepoints();
  #state: TransactionState = 'open';

  constructor(snapshot: Snapshot, parts: TransactionParts) {
    this.#snapshot = snapshot;
    this.isolation = parts.isolation ?? 'repeatable_read';
    this.#home = parts.home;
    this.#home?.recent.begin(snapshot.lsn);
    this.#reads = this.isolation === 'serializable' ? new ReadSet() : undefined;
    this.#memory = parts.memory === undefined ? undefined : new MemoryShare(parts.memory);
    const host: WorkingHost = {
      read: this.#movable ? (...block) => this.#snapshot.readBlock(...block) : snapshot.readBlock,
      blockMaxBytes: parts.blockMaxBytes,
      movable: this.#movable,
      undo: () => this.#savepoints.undo,
      journal: this.#journal,
      // One that goes on to newer states does its changes again there, from its first savepoint on step by step.
      notesDocuments: () => this.#home === undefined || (this.#movable && !this.#savepoints.isEmpty),
      keepsBefore: parts.home === undefined,
      memory: this.#memory,
      allocate: new ValueArena().allocate,
    };
    this.#catalogue = new WorkingCatalogue(host, {
      base: () => this.base,
      notesLast: parts.home !== undefined,
      assertOpen: () => this.#assertOpen(),
      described: (name) => this.#tracked.delete(name),
    });
  }

  get #movable(): boolean {
    return this.#home !== undefined && (this.isolation === 'read_committed' || this.isolation === 'read_uncommitted');
  }

  /** The LSN of the state that it reads. */
  get lsn(): number {
    return this.#snapshot.lsn;
  }

  get catalogueVersion(): number {
    return this.#snapshot.catalogueVersion + this.#catalogue.changes;
  }

  get state(): TransactionState {
    return this.#state;
  }

  /** How many documents it has changed. */
  get writes(): number {
    let writes = 0;
    for (const collection of this.touched.values()) writes += collection?.writes.size ?? 0;
    return writes;
  }

  /** What its writes and what it remembers of its reads take in memory, bytes, about. */
  get memoryBytes(): number {
    return (this.#memory?.bytes ?? 0) + (this.#reads?.bytes ?? 0);
  }

  /**
   * Changes in order: all in a transaction in which a commit is put together, those of the catalogue and what documents
   * were like before each of them in one that a client has begun.
   */
  get journal(): readonly Change[] {
    return this.#journal;
  }

  get nextTreeId(): number {
    return this.#catalogue.nextTreeId;
  }

  get databaseProperties(): DatabaseProperties {
    return this.#catalogue.properties;
  }

  get changesCatalogue(): boolean {
    return this.#catalogue.changes > 0;
  }

  /** Collections that it has touched; null for dropped ones. */
  get touched(): ReadonlyMap<string, WorkingCollection | null> {
    return this.#catalogue.collections;
  }

  get base(): DatabaseVersion {
    return this.#snapshot.version;
  }

  get readBlock(): ReadBlock {
    return this.#snapshot.readBlock;
  }

  /** What it has read, at `serializable`. */
  get reads(): ReadSet | undefined {
    return this.#reads;
  }

  /**
   * A statement begins: at `read_committed` it sees the newest state, with the transaction's own changes on top. Whoever
   * has changed the catalogue stays on the state that it has.
   * @throws CairnError `conflict` when a document that it has made was made by somebody else too, or one that it has
   *   changed is gone, or the collection of either is another one
   */
  beginStatement(): void {
    this.#assertOpen();
    if (!this.#movable || this.changesCatalogue || this.#home!.newest() === this.base) return;
    const { recent } = this.#home!;
    const before = this.#snapshot;
    const snapshot = this.#home!.snapshot();
    try {
      const move = planMove(this, snapshot, recent);
      recent.begin(snapshot.lsn);
      this.#snapshot = snapshot;
      if (move.replay) this.#replay();
      else for (const [collection, version] of move.collections) collection.moveTo(version);
      for (const name of move.forgotten) this.#catalogue.collections.delete(name);
    } catch (error) {
      snapshot.release();
      throw error;
    }
    recent.end(before.lsn);
    before.release();
  }

  /** Does all changes again on the state that it reads now, with the savepoints where they were. */
  #replay(): void {
    const journal = this.#journal.filter(isDocumentChange);
    this.#savepoints.takeBackAll();
    const first = [...this.touched.values()].flatMap((collection) =>
      collection === null ? [] : lastChanges(collection),
    );
    this.#catalogue.restart();
    for (const change of first) this.#restore(change);
    this.#savepoints.walkAgain(journal, (change) => this.#restore(change));
  }

  #restore(change: DocumentChange): void {
    const record = change.kind === 'put' ? recordOfValue(change.key, change.value) : null;
    this.#catalogue.require(change.collection).restore(change.key, record);
  }

  collection(name: string): CollectionView | undefined {
    const working = this.#catalogue.find(name);
    if (this.#reads === undefined) return working;
    const reads = this.#reads.collection(name);
    if (working === undefined) return undefined;
    let tracked = this.#tracked.get(name);
    if (tracked?.working !== working) {
      tracked = new TrackedCollection(working, reads);
      this.#tracked.set(name, tracked);
    }
    return tracked;
  }

  collectionNames(): string[] {
    if (this.#reads !== undefined) this.#reads.listed = true;
    return this.#catalogue.names();
  }

  /**
   * Writes one document.
   * @throws CairnError `already_exists`, `not_found` or `unique_violation`; nothing has changed then
   */
  put(collection: string, record: NewRecord, mode: PutMode): void {
    const working = this.#catalogue.require(collection);
    if (this.#reads === undefined) {
      working.put(record, mode);
      return;
    }
    const reads = this.#reads.collection(collection);
    trackUniqueness(working, reads, record.body);
    try {
      working.put(record, mode);
    } catch (error) {
      reads.addKey(record.key); // it has told whether there is such a document
      throw error;
    }
  }

  /** Removes one document; false when there is none. */
  delete(collection: string, key: string): boolean {
    const isRemoved = this.#catalogue.require(collection).delete(key);
    if (!isRemoved) this.#reads?.collection(collection).addKey(key);
    return isRemoved;
  }

  createCollection(name: string, type: string, properties: Value = null): void {
    this.#catalogue.createCollection(name, type, properties);
  }

  dropCollection(name: string): void {
    this.#catalogue.dropCollection(name);
  }

  setDatabaseProperties(properties: DatabaseProperties): void {
    this.#catalogue.setProperties(properties);
  }

  setCollectionProperties(name: string, properties: Value): void {
    this.#catalogue.setCollectionProperties(name, properties);
  }

  /** Empties a collection in one step, whatever its size; its indexes stay, empty too. */
  truncateCollection(name: string): number {
    return this.#catalogue.truncateCollection(name);
  }

  createIndex(collection: string, definition: IndexDefinition): void {
    this.#catalogue.createIndex(collection, definition);
  }

  dropIndex(collection: string, name: string): void {
    this.#catalogue.dropIndex(collection, name);
  }

  /** Counts a collection's documents and builds every index anew from them; answers how many went into indexes. */
  rebuildIndexes(collection: string): number {
    return this.#catalogue.rebuildIndexes(collection);
  }

  /** Joins neighbouring blocks that have become small, of the documents and of the indexes. */
  compactCollection(name: string): void {
    this.#catalogue.compactCollection(name);
  }

  /** Marks a point to which `rollbackTo` returns; a name used again hides the earlier point. */
  savepoint(name: string): void {
    this.#assertOpen();
    this.#savepoints.set(name, this.#journal.length);
  }

  /** Undoes everything since the savepoint, which stays; later ones are gone. */
  rollbackTo(name: string): void {
    this.#assertOpen();
    this.#rememberWrites();
    this.#savepoints.rollbackTo(name);
  }

  /** A write that is taken back leaves behind what it told of its document. */
  #rememberWrites(): void {
    if (this.#reads === undefined) return;
    for (const [name, collection] of this.touched) {
      const reads = this.#reads.collection(name);
      for (const key of collection?.writes.keys() ?? []) reads.addKey(key);
    }
  }

  /** Forgets the savepoint and those after it; the changes stay. */
  releaseSavepoint(name: string): void {
    this.#assertOpen();
    this.#savepoints.release(name);
    const isDone = this.#savepoints.isEmpty && this.#home !== undefined && !this.changesCatalogue;
    if (isDone) this.#journal.length = 0;
  }

  /** Gives up all changes. */
  rollback(): void {
    this.finish('rolled back');
  }

  release(): void {
    this.rollback();
  }

  finish(state: 'committed' | 'rolled back'): void {
    if (this.#state !== 'open') return;
    this.#state = state;
    this.#catalogue.collections.clear();
    this.#journal.length = 0;
    this.#savepoints.clear();
    this.#tracked.clear();
    this.#home?.recent.end(this.lsn);
    this.#memory?.release();
    this.#snapshot.release();
  }

  #assertOpen(): void {
    if (this.#state === 'open') return;
    throw new CairnError('transaction_not_found', `Transaction not found: it was ${this.#state}`, {
      spoils: 'transaction',
    });
  }
}
