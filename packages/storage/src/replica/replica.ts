import { CairnError } from '@cairn/protocol/internal';
import { isSound } from '../block/build.ts';
import type { CollectionVersion } from '../database/database-version.ts';
import { Environment, type EnvironmentReader } from '../database/disk/lmdb-environment.ts';
import { decodeMeta } from '../database/disk/meta.ts';
import { blockKey, META_KEY } from '../database/disk/stored-keys.ts';
import { corruption } from '../store/errors.ts';
import { CommittedCollection, documentCursor } from '../transaction/committed-collection.ts';
import type {
  BlockReferenceCursor,
  CollectionView,
  KeyRange,
  ReadView,
  ScanDirection,
} from '../transaction/read-view.ts';
import type { BlockReference } from '../tree/block-reference.ts';
import type { ReadBlock } from '../tree/tree-overlay.ts';
import type { BlockArena } from './block-arena.ts';
import { MirroredVersion } from './mirrored-version.ts';
import type { VersionDelta } from './version-delta.ts';

/** The piece of memory in which a walk is lent its blocks, unless one is larger. */
const LENT_BYTES = 8 * 1024;

/** Where a database's file lies. */
export interface ReplicaPlace {
  readonly name: string;
  readonly file: string;
}

/**
 * A database in a thread that only reads: the same file, and versions that follow those of the thread that writes. It
 * is told of each version that it shall read, while the file is held (`Database.hold`).
 */
export class Replica {
  readonly #place: ReplicaPlace;
  readonly #environment: Environment;
  readonly #arena: BlockArena;
  #version = MirroredVersion.nothing;
  #state: ReplicaState | undefined;
  /** States that somebody reads or may come to read. */
  readonly #states = new Set<ReplicaState>();
  /** Blocks that were sent with their bytes because some state might not find them in the file. */
  readonly #unwritten = new Set<BlockReference>();

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
   * @throws CairnError `internal` when the file is not at a state of that version or shortly before
   */
  advance(delta: VersionDelta): void {
    this.rest();
    const { reader, lsn } = this.#openReader(delta);
    try {
      this.#version = this.#version.after(delta, {
        gone: (reference) => this.#gone(reference),
        unwritten: (reference) => this.#unwritten.add(reference),
      });
    } catch (error) {
      reader.done();
      throw error;
    }
    const onEnd = (state: ReplicaState) => this.#states.delete(state);
    this.#state = new ReplicaState(
      this.#place.name,
      { version: this.#version, reader, fileLsn: lsn },
      this.#arena,
      onEnd,
    );
    this.#states.add(this.#state);
    this.#letWrittenGo();
  }

  /** LSN of the state that `view` shows. */
  get lsn(): number | undefined {
    return this.#state?.version.lsn;
  }

  /** The state that was opened last, until `release` of the view. */
  view(options: ViewOptions = { inPassing: false }): ReplicaView {
    if (this.#state === undefined) throw new CairnError('internal', `No state of '${this.#place.name}' is open here`);
    return new ReplicaView(this.#state, options);
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

  #openReader({ lsn, fileLsn }: VersionDelta): { reader: EnvironmentReader; lsn: number } {
    this.#environment.refresh();
    const reader = this.#environment.reader();
    const meta = reader.get(META_KEY);
    const found = meta === undefined ? 0 : decodeMeta(meta, this.#place.name).lsn;
    if (found >= fileLsn && found <= lsn) return { reader, lsn: found };
    reader.done();
    const message = `The file of '${this.#place.name}' is at LSN ${found} and not between ${fileLsn} and ${lsn}`;
    throw new CairnError('internal', message);
  }

  /** The newest version has the block no more; readers of older ones keep what they have of it. */
  #gone(reference: BlockReference): void {
    this.#unwritten.delete(reference);
    this.#arena.forget(reference);
  }

  /** Takes blocks into the arena, from which they may go, once every state that is open has them in its file. */
  #letWrittenGo(): void {
    if (this.#unwritten.size === 0) return;
    let fileLsn = Number.POSITIVE_INFINITY;
    for (const state of this.#states) fileLsn = Math.min(fileLsn, state.fileLsn);
    for (const reference of this.#unwritten) {
      if (reference.lsn > fileLsn) continue;
      this.#unwritten.delete(reference);
      const { bytes } = reference;
      reference.bytes = undefined;
      this.#arena.keep(reference, bytes!);
    }
  }
}

export interface ViewOptions {
  /**
   * The reader has of each walk over a collection only the block at hand. Blocks that there is no room for are then lent to
   * him in one and the same piece of memory for a walk, until he goes to the next.
   */
  readonly inPassing: boolean;
}

interface OpenedState {
  readonly version: MirroredVersion;
  readonly reader: EnvironmentReader;
  /** What the reader sees; blocks of later commits are in memory. */
  readonly fileLsn: number;
}

/** One version with the LMDB transaction that it is read through. */
class ReplicaState {
  readonly version: MirroredVersion;
  readonly fileLsn: number;
  readonly arena: BlockArena;
  readonly #reader: EnvironmentReader;
  readonly #database: string;
  readonly #onEnd: (state: ReplicaState) => void;
  #views = 0;
  #retired = false;

  constructor(
    database: string,
    { version, reader, fileLsn }: OpenedState,
    arena: BlockArena,
    onEnd: (state: ReplicaState) => void,
  ) {
    this.#database = database;
    this.version = version;
    this.#reader = reader;
    this.fileLsn = fileLsn;
    this.arena = arena;
    this.#onEnd = onEnd;
  }

  readonly readBlock: ReadBlock = (treeId, reference, walkBlocks) => {
    reference.used = true;
    return reference.bytes ?? this.#load(treeId, reference, walkBlocks ?? 1);
  };

  /** Reads for one walk that has only the block at hand. */
  inPassing(): ReadBlock {
    let lent = Buffer.alloc(0);
    let last: BlockReference | undefined;
    let lastBytes = lent;
    return (treeId, reference, walkBlocks = 1) => {
      if (reference.bytes !== undefined || this.arena.hasRoomForWalk(walkBlocks)) {
        return this.readBlock(treeId, reference, walkBlocks);
      }
      if (reference === last) return lastBytes;
      const bytes = this.#stored(treeId, reference);
      if (bytes.length > lent.length) lent = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, LENT_BYTES));
      lent.set(bytes);
      last = reference;
      lastBytes = lent.subarray(0, bytes.length);
      return lastBytes;
    };
  }

  #load(treeId: number, reference: BlockReference, walkBlocks: number): Uint8Array {
    const bytes = this.#stored(treeId, reference);
    return this.arena.hasRoomForWalk(walkBlocks) ? this.arena.keep(reference, bytes) : this.arena.copy(bytes);
  }

  /** The bytes of a block that is in the file, until the next one is read. */
  #stored(treeId: number, reference: BlockReference): Uint8Array {
    const bytes = reference.lsn > this.fileLsn ? undefined : this.#reader.peek(blockKey(treeId, reference.fence));
    if (bytes === undefined) throw this.#corruption(treeId, reference);
    if (!reference.verified) {
      if (!isSound(bytes, reference.successor)) throw this.#corruption(treeId, reference);
      reference.verified = true;
    }
    return bytes;
  }

  #corruption(treeId: number, { fence }: BlockReference): CairnError {
    return corruption({ database: this.#database, owner: this.version.treeOwner(treeId), treeId, fence });
  }

  retain(): void {
    this.#views++;
  }

  release(): void {
    this.#views--;
    this.#endIfUnused();
  }

  retire(): void {
    this.#retired = true;
    this.#endIfUnused();
  }

  #endIfUnused(): void {
    if (!this.#retired || this.#views > 0) return;
    this.#reader.done();
    this.#onEnd(this);
  }
}

/** A collection whose walks lend one block at a time. */
class PassingCollection extends CommittedCollection {
  readonly #collection: CollectionVersion;
  readonly #state: ReplicaState;

  constructor(collection: CollectionVersion, state: ReplicaState) {
    super(collection, state.readBlock);
    this.#collection = collection;
    this.#state = state;
  }

  override blocks(range: KeyRange = {}, direction: ScanDirection = 'forward'): BlockReferenceCursor {
    return documentCursor(this.#collection.tree, this.#state.inPassing(), range, direction);
  }
}

/** One unchanging state of a database, for one reader. */
export class ReplicaView implements ReadView {
  readonly #state: ReplicaState;
  readonly #collections = new Map<string, CommittedCollection>();
  readonly #ticket: number;
  readonly #options: ViewOptions;
  #released = false;

  constructor(state: ReplicaState, options: ViewOptions) {
    this.#state = state;
    this.#options = options;
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
    const collection = this.#state.version.collection(name);
    if (collection === undefined) return undefined;
    const { inPassing } = this.#options;
    const { readBlock } = this.#state;
    const view = inPassing
      ? new PassingCollection(collection, this.#state)
      : new CommittedCollection(collection, readBlock);
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
