import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import type { DiskOperation, EntryOperation, Inode, WriteOperation } from './disk-operation.ts';
import type { RecordedDisk } from './recorded-disk.ts';

/** What becomes of writes that were not yet flushed when the power went. */
export const SURVIVALS = ['none', 'all', 'some', 'newest', 'torn'] as const;
export type Survival = (typeof SURVIVALS)[number];

/**
 * What becomes of names that were not yet flushed: `ordered`, as file systems with a journal keep them (all up to some
 * moment; the flush of a file takes its name along), or `any`, as POSIX allows (each for itself, and only the flush of
 * the folder keeps a name).
 */
export const NAMINGS = ['ordered', 'any'] as const;
export type Naming = (typeof NAMINGS)[number];

/** The units in which disks write: a write that was under way is there in some of them. */
export const SECTOR_SIZES = [512, 4096] as const;

export interface PowerCut {
  /** The line of the trace behind which there is no power. */
  readonly at: number;
  readonly survival: Survival;
  readonly naming: Naming;
  readonly sectorBytes: number;
  readonly random: SeededRandom;
  /** For the test of the test: a disk that says of everything that it is flushed, and keeps nothing. */
  readonly disregardsFlushes?: boolean;
}

/** Writes into a folder what a disk may hold after its power was cut. */
export function writeCrashImage(disk: RecordedDisk, cut: PowerCut, folder: string): void {
  const image = new CrashImage(disk, cut);
  image.write(folder);
}

class CrashImage {
  readonly #cut: PowerCut;
  readonly #issued: readonly DiskOperation[];
  readonly #root: Inode;
  readonly #contents = new Map<Inode, Buffer>();
  readonly #entries = new Map<Inode, Map<string, Inode>>();
  /** When the last flush of a file began that had come back by the time of the cut. */
  readonly #flushBegan = new Map<Inode, number>();

  constructor(disk: RecordedDisk, cut: PowerCut) {
    this.#cut = cut;
    this.#root = disk.root;
    this.#issued = disk.operations.filter(({ began }) => began <= cut.at);
    for (const { kind, inode, began, ended } of this.#issued.filter((one) => one.kind === 'sync')) {
      if (kind === 'sync' && ended <= cut.at) this.#flushBegan.set(inode, began);
    }
  }

  write(folder: string): void {
    const unsyncedWrites = this.#issued.filter((one) => one.kind === 'write' && !this.#isDurable(one));
    const newest = new Set(unsyncedWrites.slice(-Math.ceil(unsyncedWrites.length / 2)));
    const lastName = this.#lastKeptName();
    for (const [index, operation] of this.#issued.entries()) {
      if (operation.kind === 'entry') {
        if (this.#keepsName(operation, index, lastName)) this.#applyNames(operation);
      } else if (operation.kind === 'resize') {
        if (this.#isDurable(operation) || this.#cut.random.below(2) === 0) this.#applySize(operation);
      } else if (operation.kind === 'write') this.#applyWrite(operation, newest);
    }
    this.#writeFolder(this.#root, folder);
  }

  /** Whether what an operation did was surely on the disk at the cut. */
  #isDurable(operation: DiskOperation): boolean {
    if (operation.ended < 0) return true; // it was there when the recording began
    if (this.#cut.disregardsFlushes === true) return false;
    if (operation.kind === 'write') {
      if (operation.isSynchronous && operation.ended <= this.#cut.at) return true;
      return this.#isFlushed(operation.inode, operation.ended);
    }
    if (operation.kind === 'resize') return this.#isFlushed(operation.inode, operation.ended);
    if (operation.kind === 'entry') {
      return operation.changes.every(({ folder }) => this.#isFlushed(folder, operation.ended));
    }
    return true;
  }

  #isFlushed(inode: Inode, ended: number): boolean {
    return (this.#flushBegan.get(inode) ?? -1) >= ended;
  }

  /** In a journal, the last name that is kept: all before it are. */
  #lastKeptName(): number {
    const isFixed = (operation: DiskOperation) =>
      operation.kind === 'entry' &&
      (this.#isDurable(operation) ||
        operation.changes.some(({ inode }) => inode !== undefined && this.#isFlushedForJournal(inode, operation)));
    const fixed = this.#issued.findLastIndex(isFixed);
    return fixed + this.#cut.random.below(this.#issued.length - fixed + 1);
  }

  #isFlushedForJournal(inode: Inode, operation: DiskOperation): boolean {
    return this.#cut.disregardsFlushes !== true && this.#isFlushed(inode, operation.ended);
  }

  #keepsName(operation: EntryOperation, index: number, lastName: number): boolean {
    if (this.#cut.naming === 'ordered') return index <= lastName;
    return this.#isDurable(operation) || this.#cut.random.below(2) === 0;
  }

  #applyNames({ changes }: EntryOperation): void {
    for (const { folder, name, inode } of changes) {
      const entries = this.#entries.get(folder) ?? new Map<string, Inode>();
      this.#entries.set(folder, entries);
      if (inode === undefined) entries.delete(name);
      else entries.set(name, inode);
    }
  }

  #applySize({ inode, size, onlyGrows }: Extract<DiskOperation, { kind: 'resize' }>): void {
    const content = this.#contents.get(inode) ?? Buffer.alloc(0);
    if (onlyGrows && size <= content.length) return;
    this.#contents.set(inode, size <= content.length ? content.subarray(0, size) : grown(content, size));
  }

  #applyWrite(operation: WriteOperation, newest: ReadonlySet<DiskOperation>): void {
    const { random, survival } = this.#cut;
    const isWhole =
      this.#isDurable(operation) ||
      survival === 'all' ||
      (survival === 'newest' && newest.has(operation)) ||
      (survival === 'some' && random.below(2) === 0);
    if (isWhole) this.#put(operation, () => true);
    else if (survival === 'torn') this.#tear(operation);
  }

  /** Leaves the beginning of a write, its end, or any of its sectors. */
  #tear(operation: WriteOperation): void {
    const { random } = this.#cut;
    const tear = random.below(3);
    const at = random.next();
    this.#put(operation, (share) => (tear === 0 ? share < at : tear === 1 ? share >= at : random.below(2) === 0));
  }

  /** @param keeps whether the sector at this share of the write is on the disk */
  #put({ inode, offset, bytes }: WriteOperation, keeps: (share: number) => boolean): void {
    const { sectorBytes } = this.#cut;
    let content = this.#contents.get(inode) ?? Buffer.alloc(0);
    for (let from = 0; from < bytes.length; ) {
      const to = Math.min(bytes.length, (Math.floor((offset + from) / sectorBytes) + 1) * sectorBytes - offset);
      if (keeps(from / bytes.length)) {
        if (content.length < offset + to) content = grown(content, offset + to);
        content.set(bytes.subarray(from, to), offset + from);
      }
      from = to;
    }
    this.#contents.set(inode, content);
  }

  #writeFolder(inode: Inode, path: string): void {
    mkdirSync(path, { recursive: true });
    for (const [name, below] of this.#entries.get(inode) ?? []) {
      const to = join(path, name);
      if (below.isFolder) this.#writeFolder(below, to);
      else writeFileSync(to, this.#contents.get(below) ?? Buffer.alloc(0));
    }
  }
}

/** Capacity is doubled, because a file grows by many small writes. */
function grown(content: Buffer, size: number): Buffer {
  if (content.buffer.byteLength - content.byteOffset >= size) {
    const longer = Buffer.from(content.buffer, content.byteOffset, size);
    longer.fill(0, content.length);
    return longer as Buffer;
  }
  const larger = Buffer.from(new ArrayBuffer(size * 2), 0, size);
  larger.set(content);
  return larger;
}
