import { CairnError } from '@cairn/protocol/internal';
import type { BlockCache } from '../../tree/block-cache.ts';
import type { BlockReference } from '../../tree/block-reference.ts';
import type { Environment, EnvironmentReader } from './lmdb-environment.ts';
import { decodeMeta } from './meta.ts';
import { META_KEY } from './stored-keys.ts';

/** One state of LMDB that readers of one or several versions look into for the blocks that are not in memory. */
export interface DiskState {
  readonly lsn: number;
  readonly reader: EnvironmentReader;
  release(): void;
}

/**
 * LMDB is behind the newest version by what waits for a checkpoint. A version reads a block from memory when it is newer
 * than the LMDB state that the version looks into; such a block may leave memory only when no reader is left that would
 * look for it in a state from before it.
 */
export class DiskStates {
  readonly #environment: Environment;
  readonly #database: string;
  readonly #cache: BlockCache;
  readonly #open = new Set<SharedDiskState>();
  #newest: SharedDiskState | undefined;

  constructor(environment: Environment, database: string, cache: BlockCache) {
    this.#environment = environment;
    this.#database = database;
    this.#cache = cache;
  }

  /** The newest state of LMDB, for a reader of the version with this LSN. */
  acquire(versionLsn: number): DiskState {
    this.#newest ??= this.#openNewest();
    if (this.#newest.lsn > versionLsn) {
      throw new CairnError('internal', `Database '${this.#database}' is at an unknown LSN`, { spoils: 'process' });
    }
    return this.#newest.use(versionLsn);
  }

  /** A checkpoint has brought these blocks to disk: they may leave memory as soon as nobody looks past them. */
  written(references: Iterable<BlockReference>): void {
    this.#environment.refresh();
    this.#newest?.retire();
    this.#newest = undefined;
    for (const reference of references) this.#letGo(reference);
  }

  close(): void {
    this.#newest?.retire();
    this.#newest = undefined;
  }

  #openNewest(): SharedDiskState {
    const reader = this.#environment.reader();
    const meta = reader.get(META_KEY);
    const lsn = meta === undefined ? 0 : decodeMeta(meta, this.#database).lsn;
    const state = new SharedDiskState(lsn, reader, () => {
      this.#open.delete(state);
      for (const reference of state.pinned) this.#letGo(reference);
    });
    this.#open.add(state);
    return state;
  }

  #letGo(reference: BlockReference): void {
    for (const state of this.#open) if (state.misses(reference)) return;
    if (!reference.superseded && reference.bytes !== undefined) this.#cache.admit(reference);
  }
}

class SharedDiskState {
  readonly lsn: number;
  readonly reader: EnvironmentReader;
  /** Blocks that some user finds in memory and would not find here. */
  readonly pinned: BlockReference[] = [];
  readonly #onEnd: () => void;
  #newestVersionLsn = 0;
  #users = 0;
  #isRetired = false;

  constructor(lsn: number, reader: EnvironmentReader, onEnd: () => void) {
    this.lsn = lsn;
    this.reader = reader;
    this.#onEnd = onEnd;
  }

  use(versionLsn: number): DiskState {
    this.#users++;
    this.#newestVersionLsn = Math.max(this.#newestVersionLsn, versionLsn);
    const { lsn, reader } = this;
    return {
      lsn,
      reader,
      release: () => {
        this.#users--;
        this.#endIfUnused();
      },
    };
  }

  /** Whether a user of this state needs the block in memory; it is kept there then until the state ends. */
  misses(reference: BlockReference): boolean {
    const isNeeded = reference.lsn > this.lsn && reference.lsn <= this.#newestVersionLsn;
    if (isNeeded) this.pinned.push(reference);
    return isNeeded;
  }

  /** Nobody new will come. */
  retire(): void {
    this.#isRetired = true;
    this.#endIfUnused();
  }

  #endIfUnused(): void {
    if (!this.#isRetired || this.#users > 0) return;
    this.reader.done();
    this.#onEnd();
  }
}
