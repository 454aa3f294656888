import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { TracedCall } from '../strace/trace.ts';
import type { TraceValue } from '../strace/trace-values.ts';
import type { DiskOperation, Inode } from './disk-operation.ts';

/** The system calls from which a disk can be rebuilt. `write` also carries the answers to clients. */
export const DISK_CALLS = [
  'open,openat,creat,close,dup,dup2,dup3,fcntl,lseek',
  'write,writev,pwrite64,pwritev,pwritev2,fdatasync,fsync,sync_file_range,msync,mmap',
  'ftruncate,truncate,fallocate,copy_file_range,sendfile',
  'rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,symlink,symlinkat',
].join(',');

interface OpenFile {
  readonly inode: Inode;
  readonly isSynchronous: boolean;
  readonly appends: boolean;
  position: number;
}

/** LMDB's table of readers: shared memory of one start, worth nothing to the next. */
const isScratch = (path: string): boolean => path.endsWith('-lock');

/** What is in a folder before the recording begins: on disk since long ago. */
export interface FoundFile {
  readonly path: string;
  /** Undefined for a folder. */
  readonly bytes: Buffer | undefined;
}

const LONG_AGO = -1;

/** Everything below a folder, those above first. */
export function findFiles(folder: string): FoundFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): FoundFile[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return [{ path, bytes: undefined }, ...findFiles(path)];
    return entry.isFile() && !isScratch(path) ? [{ path, bytes: readFileSync(path) }] : [];
  });
}

/**
 * What a traced process did to one folder.
 * @throws Error for a call that cannot be replayed: a recording must not be wrong in silence
 */
export class RecordedDisk {
  readonly root: Inode = { number: 0, isFolder: true };
  readonly operations: DiskOperation[] = [];
  readonly #folder: string;
  readonly #names = new Map<string, Inode>();
  readonly #descriptors = new Map<number, OpenFile>();
  readonly #sizes = new Map<Inode, number>();
  #inodes = 1;

  /** @param found what was in the folder when the process began */
  constructor(folder: string, calls: readonly TracedCall[], found: readonly FoundFile[] = []) {
    this.#folder = resolve(folder);
    this.#names.set(this.#folder, this.root);
    for (const file of found) this.#addFound(file);
    for (const call of calls) this.#take(call);
  }

  #addFound({ path, bytes }: FoundFile): void {
    const inode = this.#newInode(bytes === undefined);
    const moment = { began: LONG_AGO, ended: LONG_AGO };
    this.#names.set(path, inode);
    this.#entry(moment, [{ path, inode }]);
    if (bytes === undefined) return;
    this.operations.push({ kind: 'write', ...moment, inode, offset: 0, bytes, isSynchronous: true });
    this.#sizes.set(inode, bytes.length);
  }

  #take(call: TracedCall): void {
    if (call.result.startsWith('-1')) return;
    const [first, second, third, fourth] = call.arguments;
    const at = (path: TraceValue | undefined, base?: TraceValue) => this.#path(path, base);
    const replay: Readonly<Record<string, () => void>> = {
      open: () => this.#open(call, at(first), second!),
      openat: () => this.#open(call, at(second, first), third!),
      close: () => this.#descriptors.delete(descriptorOf(first)?.number ?? -1),
      lseek: () => this.#seek(call),
      write: () => this.#writeAtPosition(call),
      writev: () => this.#writeAtPosition(call),
      pwrite64: () => this.#write(call, wholeNumber(fourth)),
      pwritev: () => this.#write(call, wholeNumber(fourth)),
      pwritev2: () => this.#write(call, wholeNumber(fourth)),
      fdatasync: () => this.#sync(call),
      fsync: () => this.#sync(call),
      ftruncate: () => this.#resize(call, wholeNumber(second), false),
      fallocate: () => this.#allocate(call),
      mkdir: () => this.#makeFolder(call, at(first)),
      mkdirat: () => this.#makeFolder(call, at(second, first)),
      rename: () => this.#rename(call, at(first), at(second)),
      renameat: () => this.#rename(call, at(second, first), at(fourth, third)),
      renameat2: () => this.#rename(call, at(second, first), at(fourth, third)),
      unlink: () => this.#remove(call, at(first)),
      rmdir: () => this.#remove(call, at(first)),
      unlinkat: () => this.#remove(call, at(second, first)),
      mmap: () => this.#refuseWritableMap(call),
    };
    if (Object.hasOwn(replay, call.name)) replay[call.name]!();
    else this.#refuse(call);
  }

  #open(call: TracedCall, path: string | undefined, flags: TraceValue): void {
    if (path === undefined || isScratch(path)) return;
    const options = new Set(wordOf(flags).split('|'));
    let inode = this.#names.get(path);
    if (inode === undefined) {
      if (!options.has('O_CREAT')) return;
      inode = this.#newInode(false);
      this.#names.set(path, inode);
      this.#entry(call, [{ path, inode }]);
    } else if (options.has('O_TRUNC')) this.#noteSize(call, inode, 0, false);
    const opened = descriptorNumber(call.result);
    if (opened === undefined) return;
    const isSynchronous = options.has('O_DSYNC') || options.has('O_SYNC');
    this.#descriptors.set(opened, { inode, isSynchronous, appends: options.has('O_APPEND'), position: 0 });
  }

  #seek(call: TracedCall): void {
    const file = this.#file(call);
    if (file !== undefined) file.position = Number(call.result);
  }

  #writeAtPosition(call: TracedCall): void {
    const file = this.#file(call);
    if (file === undefined) return;
    const offset = file.appends ? (this.#sizes.get(file.inode) ?? 0) : file.position;
    this.#write(call, offset);
    file.position = offset + bytesOf(call.arguments[1]!).length;
  }

  #write(call: TracedCall, offset: number): void {
    const file = this.#file(call);
    if (file === undefined) return;
    let bytes = bytesOf(call.arguments[1]!);
    if (call.result !== '' && Number(call.result) < bytes.length) bytes = bytes.subarray(0, Number(call.result));
    const { began, ended } = call;
    const { inode, isSynchronous } = file;
    this.operations.push({ kind: 'write', began, ended, inode, offset, bytes, isSynchronous });
    this.#sizes.set(inode, Math.max(this.#sizes.get(inode) ?? 0, offset + bytes.length));
  }

  #sync(call: TracedCall): void {
    const place = descriptorOf(call.arguments[0]);
    const inode = this.#file(call)?.inode ?? this.#names.get(place?.path ?? '');
    if (inode !== undefined) this.operations.push({ kind: 'sync', began: call.began, ended: call.ended, inode });
  }

  #allocate(call: TracedCall): void {
    const mode = wordOf(call.arguments[1]);
    if (this.#file(call) === undefined) return;
    if (mode !== '0') this.#refuse(call);
    this.#resize(call, wholeNumber(call.arguments[2]) + wholeNumber(call.arguments[3]), true);
  }

  #resize(call: TracedCall, size: number, onlyGrows: boolean): void {
    const file = this.#file(call);
    if (file !== undefined) this.#noteSize(call, file.inode, size, onlyGrows);
  }

  #noteSize({ began, ended }: TracedCall, inode: Inode, size: number, onlyGrows: boolean): void {
    this.operations.push({ kind: 'resize', began, ended, inode, size, onlyGrows });
    const before = this.#sizes.get(inode) ?? 0;
    this.#sizes.set(inode, onlyGrows ? Math.max(before, size) : size);
  }

  #makeFolder(call: TracedCall, path: string | undefined): void {
    if (path === undefined || this.#names.has(path)) return;
    const inode = this.#newInode(true);
    this.#names.set(path, inode);
    this.#entry(call, [{ path, inode }]);
  }

  /** Descriptors stay with their inode; the names of everything below move along. */
  #rename(call: TracedCall, from: string | undefined, to: string | undefined): void {
    const inode = from === undefined ? undefined : this.#names.get(from);
    if (from === undefined || to === undefined || inode === undefined) return;
    this.#entry(call, [
      { path: from, inode: undefined },
      { path: to, inode },
    ]);
    for (const [path, below] of [...this.#names]) {
      if (path !== from && !path.startsWith(from + sep)) continue;
      this.#names.delete(path);
      this.#names.set(to + path.slice(from.length), below);
    }
  }

  #remove(call: TracedCall, path: string | undefined): void {
    if (path === undefined || !this.#names.delete(path)) return;
    this.#entry(call, [{ path, inode: undefined }]);
  }

  #entry(
    { began, ended }: { began: number; ended: number },
    changes: readonly { path: string; inode: Inode | undefined }[],
  ): void {
    const named = changes.map(({ path, inode }) => {
      const folder = this.#names.get(dirname(path));
      if (folder === undefined) throw new Error(`the trace does not show how ${dirname(path)} was made`);
      return { folder, name: basename(path), inode };
    });
    this.operations.push({ kind: 'entry', began, ended, changes: named });
  }

  /** Pages of a shared map reach the disk whenever the system likes: nothing here could tell when. */
  #refuseWritableMap(call: TracedCall): void {
    const protection = wordOf(call.arguments[2]);
    const path = descriptorOf(call.arguments[4])?.path;
    if (path === undefined || !this.#isInside(path) || isScratch(path)) return;
    if (protection.includes('PROT_WRITE') && wordOf(call.arguments[3]).includes('MAP_SHARED')) {
      throw new Error(`${path} is written to through a map, which a trace cannot see`);
    }
  }

  #refuse(call: TracedCall): void {
    if (call.name === 'fcntl' || call.name.startsWith('dup')) return;
    const touches = call.arguments.some((value) => {
      const path = value.kind === 'descriptor' ? value.path : value.kind === 'bytes' ? String(value.bytes) : '';
      return this.#isInside(path) && !isScratch(path);
    });
    if (touches) throw new Error(`a recording cannot replay ${call.name}`);
  }

  /** The file behind the call's first argument, when it is one of the folder. */
  #file(call: TracedCall): OpenFile | undefined {
    const descriptor = descriptorOf(call.arguments[0]);
    if (descriptor === undefined || !this.#isInside(descriptor.path) || isScratch(descriptor.path)) return undefined;
    return this.#descriptors.get(descriptor.number);
  }

  #path(value: TraceValue | undefined, base?: TraceValue): string | undefined {
    if (value?.kind !== 'bytes') return undefined;
    const from = base === undefined ? process.cwd() : (/<(.*)>$/.exec(wordOf(base))?.[1] ?? descriptorOf(base)?.path);
    const path = resolve(from ?? '/', String(value.bytes));
    return this.#isInside(path) ? path : undefined;
  }

  #isInside(path: string): boolean {
    return path === this.#folder || path.startsWith(this.#folder + sep);
  }

  #newInode(isFolder: boolean): Inode {
    return { number: this.#inodes++, isFolder };
  }
}

function wordOf(value: TraceValue | undefined): string {
  return value?.kind === 'word' ? value.text : '';
}

function wholeNumber(value: TraceValue | undefined): number {
  return Number(wordOf(value));
}

function descriptorOf(value: TraceValue | undefined): { number: number; path: string } | undefined {
  return value?.kind === 'descriptor' ? value : undefined;
}

function descriptorNumber(result: string): number | undefined {
  const number = /^(\d+)</.exec(result);
  return number === null ? undefined : Number(number[1]);
}

/** The bytes of a string, or of all strings of an array of `iovec`. */
function bytesOf(value: TraceValue): Buffer {
  if (value.kind === 'bytes') {
    if (value.isCut) throw new Error('the trace does not hold all bytes of a write');
    return value.bytes;
  }
  if (value.kind !== 'list') return Buffer.alloc(0);
  return Buffer.concat(value.items.map(bytesOf));
}
