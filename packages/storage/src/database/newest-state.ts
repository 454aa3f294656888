import type { CairnError } from '@cairn/protocol/internal';
import { isSound } from '../block/build.ts';
import type { StorageOptions } from '../options.ts';
import { corruption } from '../store/errors.ts';
import type { SnapshotSource } from '../transaction/snapshot.ts';
import type { BlockCache } from '../tree/block-cache.ts';
import type { BlockReference } from '../tree/block-reference.ts';
import type { CommitPlan } from './commit/commit-plan.ts';
import { type DatabaseVersion, DEFAULT_PROPERTIES, treeOwner } from './database-version.ts';
import { type DiskState, DiskStates } from './disk/disk-states.ts';
import type { Environment } from './disk/lmdb-environment.ts';
import { blockKey } from './disk/stored-keys.ts';
import { LazyState, SharedState } from './read-states.ts';

const EMPTY: DatabaseVersion = {
  lsn: 0,
  catalogueVersion: 0,
  nextTreeId: 1,
  properties: DEFAULT_PROPERTIES,
  collections: new Map(),
};

interface NewestStateParts {
  readonly environment: Environment;
  readonly cache: BlockCache;
  readonly options: StorageOptions;
}

/** What everybody sees who begins to read now: the newest version, and where its blocks are read. */
export class NewestState {
  readonly #name: string;
  readonly #cache: BlockCache;
  readonly #options: StorageOptions;
  readonly #disk: DiskStates;
  #version: DatabaseVersion;
  #shared: SharedState | undefined;

  /** @param version absent: a database in which nothing has happened yet */
  constructor(name: string, { environment, cache, options }: NewestStateParts, version: DatabaseVersion = EMPTY) {
    this.#name = name;
    this.#version = version;
    this.#cache = cache;
    this.#options = options;
    this.#disk = new DiskStates(environment, name, cache);
  }

  get version(): DatabaseVersion {
    return this.#version;
  }

  /** The state that all readers share who come before the next commit. */
  get shared(): SharedState {
    this.#shared ??= new SharedState(this.#version, this.#disk.acquire(this.#version.lsn), this.#load.bind(this));
    return this.#shared;
  }

  /**
   * The state that a commit builds on. While it is built nothing else commits, so without readers an LMDB transaction is
   * opened only for a block that is not in memory: one that is open through every commit would keep pages from reuse.
   */
  forCommit(): SnapshotSource {
    return this.#shared ?? new LazyState(this.#version, this.#disk, this.#load.bind(this));
  }

  /** Makes a plan's version the newest. */
  show(plan: CommitPlan): void {
    for (const reference of plan.superseded) {
      reference.superseded = true;
      this.#cache.forget(reference);
    }
    for (const reference of plan.written) reference.lsn = plan.version.lsn;
    this.#version = plan.version;
    this.#retireShared();
  }

  /** Told of blocks that a checkpoint has brought to the file. */
  written(references: Iterable<BlockReference>): void {
    this.#disk.written(references);
  }

  close(): void {
    this.#retireShared();
    this.#disk.close();
  }

  #retireShared(): void {
    this.#shared?.retire();
    this.#shared = undefined;
  }

  #load(disk: DiskState, treeId: number, reference: BlockReference, walkBlocks: number): Uint8Array {
    const { fence } = reference;
    const bytes = disk.reader.get(blockKey(treeId, fence));
    if (bytes === undefined || reference.lsn > disk.lsn) throw this.#corruption(treeId, fence);
    if (!reference.verified) {
      if (!isSound(bytes, reference.successor)) throw this.#corruption(treeId, fence);
      reference.verified = true;
    }
    if (walkBlocks * this.#options.blockMaxBytes <= this.#options.cacheMaxBytes) {
      reference.bytes = bytes;
      this.#cache.admit(reference);
    }
    return bytes;
  }

  #corruption(treeId: number, fence: Uint8Array): CairnError {
    return corruption({ database: this.#name, owner: treeOwner(this.#version, treeId), treeId, fence });
  }
}
