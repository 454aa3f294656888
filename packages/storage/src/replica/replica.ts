import { CairnError } from '@cairn/protocol/internal';
import { isSound } from '../block/build.ts';
import { Environment, type EnvironmentReader } from '../database/lmdb-environment.ts';
import { decodeMeta } from '../database/meta.ts';
import { blockKey, META_KEY } from '../database/stored-keys.ts';
import { corruption } from '../store/errors.ts';
import { CommittedCollection } from '../transaction/committed-collection.ts';
import type { CollectionView, ReadView } from '../transaction/read-view.ts';
import type { BlockReference } from '../tree/block-reference.ts';
import type { ReadBlock } from '../tree/tree-overlay.ts';
import { type BlockArena, copyOf } from './block-arena.ts';
import { MirroredVersion } from './mirrored-version.ts';
import type { VersionDelta } from './version-delta.ts';

/** Reads of LMDB that begin in one turn share a transaction, which may be older than the state that is wanted. */
const OPEN_ATTEMPTS_MAX = 3;

/** Where a database's file lies. */
export interface ReplicaPlace {
  readonly name: string;
  readonly file: string;
}

/**
 * A database in a thread that only reads: the same file, and versions that follow those of the thread that writes. It
 * is told of each version that it shall read while the file holds exactly that (`Database.settled`).
 */
export class Replica {
  readonly #place: ReplicaPlace;
  readonly #environment: Environment;
  readonly #arena: BlockArena;
  #version = MirroredVersion.nothing;
  #state: ReplicaState | undefined;

  private constructor(place: ReplicaPlace, environment: Environment, arena: BlockArena) {
    this.#place = place;
    this.#environment = environment;
    this.#arena = arena;
  }

  static open(place: ReplicaPlace, arena: BlockArena): Replica {
    return new Replica(place, Environment.open(place.file), arena);
  }

  /**
   * Takes over a later version, or the same one, and opens it.
   * @throws CairnError `internal` when the file holds another version
   */
  advance(delta: VersionDelta): void {
    this.rest();
    const reader = this.#openReader(delta.lsn);
    try {
      if (delta.lsn !== this.#version.lsn || delta.baseLsn === 0) {
        this.#version = this.#version.after(delta, (reference) => this.#arena.forget(reference));
      }
    } catch (error) {
      reader.done();
      throw error;
    }
    this.#state = new ReplicaState(this.#place.name, this.#version, reader, this.#arena);
  }

  /** LSN of the state that `view` shows. */
  get lsn(): number | undefined {
    return this.#state?.version.lsn;
  }

  /** The state that was opened last, until `release` of the view. */
  view(): ReplicaView {
    if (this.#state === undefined) throw new CairnError('internal', `No state of '${this.#place.name}' is open here`);
    return new ReplicaView(this.#state);
  }

  /** Lets go of the file's state as soon as nobody reads it, so that its pages can be used again. */
  rest(): void {
    this.#state?.retire();
    this.#state = undefined;
  }

  async close(): Promise<void> {
    this.rest();
    await this.#environment.close();
  }

  #openReader(lsn: number): EnvironmentReader {
    for (let attempt = 0; attempt < OPEN_ATTEMPTS_MAX; attempt++) {
      this.#environment.refresh();
      const reader = this.#environment.reader();
      const meta = reader.get(META_KEY);
      if ((meta === undefined ? 0 : decodeMeta(meta, this.#place.name).lsn) === lsn) return reader;
      reader.done();
    }
    throw new CairnError('internal', `The file of '${this.#place.name}' does not hold the state of LSN ${lsn}`);
  }
}

/** One version with the LMDB transaction that it is read through. */
class ReplicaState {
  readonly version: MirroredVersion;
  readonly reader: EnvironmentReader;
  readonly arena: BlockArena;
  readonly #database: string;
  #views = 0;
  #retired = false;

  constructor(database: string, version: MirroredVersion, reader: EnvironmentReader, arena: BlockArena) {
    this.#database = database;
    this.version = version;
    this.reader = reader;
    this.arena = arena;
  }

  readonly readBlock: ReadBlock = (treeId, reference, walkBlocks) => {
    reference.used = true;
    return reference.bytes ?? this.#load(treeId, reference, walkBlocks ?? 1);
  };

  #load(treeId: number, reference: BlockReference, walkBlocks: number): Uint8Array {
    const bytes = this.reader.peek(blockKey(treeId, reference.fence));
    if (bytes === undefined) throw corruption(this.#database, treeId, reference.fence);
    if (!reference.verified) {
      if (!isSound(bytes, reference.successor)) throw corruption(this.#database, treeId, reference.fence);
      reference.verified = true;
    }
    return this.arena.hasRoomForWalk(walkBlocks) ? this.arena.keep(reference, bytes) : copyOf(bytes);
  }

  retain(): void {
    this.#views++;
  }

  release(): void {
    if (--this.#views === 0 && this.#retired) this.reader.done();
  }

  retire(): void {
    this.#retired = true;
    if (this.#views === 0) this.reader.done();
  }
}

/** One unchanging state of a database, for one reader. */
export class ReplicaView implements ReadView {
  readonly #state: ReplicaState;
  readonly #collections = new Map<string, CommittedCollection>();
  readonly #ticket: number;
  #released = false;

  constructor(state: ReplicaState) {
    this.#state = state;
    this.#ticket = state.arena.enter();
    state.retain();
  }

  get lsn(): number {
    return this.#state.version.lsn;
  }

  get catalogueVersion(): number {
    return this.#state.version.catalogueVersion;
  }

  collection(name: string): CollectionView | undefined {
    const known = this.#collections.get(name);
    if (known !== undefined) return known;
    const { version, reader, readBlock } = this.#state;
    const collection = version.collection(name, reader);
    if (collection === undefined) return undefined;
    const view = new CommittedCollection(collection, readBlock);
    this.#collections.set(name, view);
    return view;
  }

  collectionNames(): string[] {
    return this.#state.version.collectionNames();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#state.arena.leave(this.#ticket);
    this.#state.release();
  }
}
