import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { QueryLimitError } from '../run-errors.ts';

/** How the system says that there is no room: on the disk, in the quota, in a file. */
const FULL_CODES: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** How it says that too many files are open. */
const TOO_MANY_CODES: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE']);

/** A stretch of the file. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/**
 * The temporary file of one statement, made at the first write. It has no name for longer than a moment, so that it
 * goes with the process that opened it, however that ends. Page: docs/formats/spill-file.md.
 */
export class SpillFile {
  readonly #folder: string;
  readonly #maxBytes: number;
  #descriptor: number | undefined;
  /** Set where the system does not let an open file lose its name. */
  #nameLeft: string | undefined;
  #end = 0;
  #liveBytes = 0;
  #writtenBytes = 0;

  constructor(options: { readonly folder: string; readonly maxBytes: number }) {
    this.#folder = options.folder;
    this.#maxBytes = options.maxBytes;
  }

  get isOpen(): boolean {
    return this.#descriptor !== undefined;
  }

  /** All bytes that were ever written to it. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /**
   * Appends bytes.
   * @throws QueryLimitError, CairnError `storage_full`
   */
  append(bytes: Uint8Array): Extent {
    const start = this.#end;
    if (start + bytes.length > this.#maxBytes) throw new QueryLimitError('spillMaxBytes', this.#maxBytes);
    const descriptor = (this.#descriptor ??= this.#open());
    for (let written = 0; written < bytes.length; ) {
      written += guarded('written', () =>
        writeSync(descriptor, bytes, written, bytes.length - written, start + written),
      );
    }
    this.#end += bytes.length;
    this.#liveBytes += bytes.length;
    this.#writtenBytes += bytes.length;
    return { start, end: this.#end };
  }

  /** Fills `target` from `position` on; the bytes must have been written. */
  read(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.length; ) {
      const count = guarded('read', () =>
        readSync(this.#descriptor!, target, done, target.length - done, position + done),
      );
      if (count === 0) throw new CairnError('internal', 'A temporary file is shorter than what was written to it');
      done += count;
    }
  }

  /** Nobody reads these bytes any more. */
  release(bytes: number): void {
    this.#liveBytes -= bytes;
    if (this.#liveBytes === 0) this.#end = 0;
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    if (this.#nameLeft !== undefined) unlinkSync(this.#nameLeft);
    this.#nameLeft = undefined;
    this.#end = 0;
    this.#liveBytes = 0;
  }

  #open(): number {
    return guarded('opened', () => {
      const path = join(this.#folder, `${randomUUID()}.spill`);
      const descriptor = openNew(path, this.#folder);
      try {
        unlinkSync(path);
      } catch {
        this.#nameLeft = path;
      }
      return descriptor;
    });
  }
}

/** Opens a new file; makes its folder when that is not there. */
function openNew(path: string, folder: string): number {
  const open = () => openSync(path, 'wx+', 0o600);
  try {
    return open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(folder);
    return open();
  }
}

function guarded<T>(done: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (FULL_CODES.has(code)) {
      throw new CairnError('storage_full', 'The disk has no room for the temporary file of the query', {
        retryable: true,
        cause,
      });
    }
    if (TOO_MANY_CODES.has(code)) {
      throw new CairnError('overloaded', 'Too many files are open for another temporary one', {
        retryable: true,
        cause,
      });
    }
    throw new CairnError('internal', `The temporary file of the query could not be ${done}: ${message}`, { cause });
  }
}
