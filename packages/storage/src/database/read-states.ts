import type { SnapshotSource } from '../transaction/snapshot.ts';
import type { BlockReference } from '../tree/block-reference.ts';
import type { ReadBlock } from '../tree/tree-overlay.ts';
import type { DatabaseVersion } from './database-version.ts';
import type { DiskState, DiskStates } from './disk/disk-states.ts';

/** Reads a block from a state of LMDB. */
export type LoadBlock = (disk: DiskState, treeId: number, reference: BlockReference, walkBlocks: number) => Uint8Array;

/** The newest state for the time of one commit; looks into LMDB only when it has to. */
export class LazyState implements SnapshotSource {
  readonly version: DatabaseVersion;
  readonly readBlock: ReadBlock;
  #disk: DiskState | undefined;

  constructor(version: DatabaseVersion, disk: DiskStates, load: LoadBlock) {
    this.version = version;
    this.readBlock = (treeId, reference, walkBlocks = 1) => {
      reference.used = true;
      if (reference.bytes !== undefined) return reference.bytes;
      this.#disk ??= disk.acquire(version.lsn);
      return load(this.#disk, treeId, reference, walkBlocks);
    };
  }

  retain(): void {}

  release(): void {
    this.#disk?.release();
    this.#disk = undefined;
  }
}

/** The state that all present readers share; it ends when a newer one is there and the last reader has gone. */
export class SharedState implements SnapshotSource {
  readonly version: DatabaseVersion;
  readonly readBlock: ReadBlock;
  readonly #disk: DiskState;
  #readers = 0;
  #retired = false;

  constructor(version: DatabaseVersion, disk: DiskState, load: LoadBlock) {
    this.version = version;
    this.#disk = disk;
    this.readBlock = (treeId, reference, walkBlocks) => {
      reference.used = true;
      return reference.bytes ?? load(disk, treeId, reference, walkBlocks ?? 1);
    };
  }

  /** LSN of what it looks into for the blocks that are not in memory. */
  get fileLsn(): number {
    return this.#disk.lsn;
  }

  retain(): void {
    this.#readers++;
  }

  release(): void {
    if (--this.#readers === 0 && this.#retired) this.#disk.release();
  }

  retire(): void {
    this.#retired = true;
    if (this.#readers === 0) this.#disk.release();
  }
}
