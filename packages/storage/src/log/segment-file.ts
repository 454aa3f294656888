import { constants, write } from 'node:fs';
import { type FileHandle, open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { SEGMENT_HEADER_BYTES, segmentHeader, segmentName } from './segment.ts';

/** The segment to come, while it is being filled with zeros. */
export const PREPARED_NAME = 'next';
/** Zeros are written in pieces of this size: one buffer for all. */
const ZEROS = Buffer.alloc(256 * 1024);

/** Room that a segment leaves on the disk: a checkpoint must find its place when the log does not. */
const RESERVE_BYTES = 4 * 1024 * 1024;

/** How large a segment should be, and how large it must be. */
export interface SegmentSize {
  readonly wantedBytes: number;
  readonly leastBytes: number;
}

/** A file full of zeros that will become a segment: its blocks are allocated, so that writing into it changes no metadata. */
export class PreparedSegment {
  readonly #folder: string;
  readonly #file: FileHandle;
  readonly sizeBytes: number;

  private constructor(folder: string, file: FileHandle, sizeBytes: number) {
    this.#folder = folder;
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  /** @throws CairnError `storage_full` */
  static async make(folder: string, size: SegmentSize): Promise<PreparedSegment> {
    const path = join(folder, PREPARED_NAME);
    try {
      const sizeBytes = await sizeThatFits(folder, size);
      await fillWithZeros(path, sizeBytes);
      const file = await open(path, constants.O_WRONLY | constants.O_DSYNC);
      return new PreparedSegment(folder, file, sizeBytes);
    } catch (error) {
      await rm(path, { force: true }).catch(() => {}); // what failed first is what counts
      throw logFailure(error);
    }
  }

  /** Gives it its name and its header: from now on it is part of the log. */
  async begin(firstLsn: number): Promise<OpenSegment> {
    const path = join(this.#folder, segmentName(firstLsn));
    try {
      await writeAll(this.#file, segmentHeader(firstLsn), SEGMENT_HEADER_BYTES, 0);
      await rename(join(this.#folder, PREPARED_NAME), path);
      await syncFolder(this.#folder);
      return new OpenSegment(firstLsn, path, this.#file, this.sizeBytes);
    } catch (error) {
      await this.close();
      throw logFailure(error);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** The segment that is being written. */
export class OpenSegment {
  readonly firstLsn: number;
  readonly path: string;
  readonly sizeBytes: number;
  readonly #file: FileHandle;
  #end = SEGMENT_HEADER_BYTES;
  #isSpoiled = false;

  constructor(firstLsn: number, path: string, file: FileHandle, sizeBytes: number) {
    this.firstLsn = firstLsn;
    this.path = path;
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  /** Where the next record will stand. */
  get end(): number {
    return this.#end;
  }

  hasRoomFor(bytes: number): boolean {
    return !this.#isSpoiled && this.#end + bytes <= this.sizeBytes;
  }

  /**
   * Resolves when the bytes are on disk: the file is open with O_DSYNC.
   * @throws CairnError `storage_full` or `read_only`; the segment takes no more then, because its tail holds parts of a commit that failed
   */
  async append(bytes: Buffer, length: number): Promise<void> {
    try {
      await writeThrough(this.#file.fd, bytes, length, this.#end);
      this.#end += length;
    } catch (error) {
      this.#isSpoiled = true;
      throw logFailure(error);
    }
  }

  /** Cuts the file behind its last record. */
  async seal(): Promise<void> {
    try {
      await this.#file.truncate(this.#end);
      await this.#file.sync();
    } catch (error) {
      throw logFailure(error);
    } finally {
      await this.#file.close();
    }
  }
}

/**
 * Where room is short a segment takes half of what there is: a disk that is filled to the brim and emptied again by each
 * attempt would let checkpoints fail for no reason that can be seen afterwards.
 */
async function sizeThatFits(folder: string, { wantedBytes, leastBytes }: SegmentSize): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  const room = bavail * bsize - RESERVE_BYTES;
  if (room < leastBytes) throw diskFull();
  return Math.max(leastBytes, Math.min(wantedBytes, Math.floor(room / 2)));
}

async function fillWithZeros(path: string, sizeBytes: number): Promise<void> {
  const draft = await open(path, 'w');
  try {
    for (let at = 0; at < sizeBytes; at += ZEROS.length) {
      await writeAll(draft, ZEROS, Math.min(ZEROS.length, sizeBytes - at), at);
    }
    await draft.datasync();
  } finally {
    await draft.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, length: number, position: number): Promise<void> {
  for (let written = 0; written < length; ) {
    const { bytesWritten } = await file.write(bytes, written, length - written, position + written);
    written += bytesWritten;
  }
}

/** The same by callback: on the way of every commit, where a promise for each call into the system costs a tenth of the flush. */
function writeThrough(file: number, bytes: Buffer, length: number, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (from: number): void => {
      write(file, bytes, from, length - from, position + from, (error, written) => {
        if (error !== null) reject(error);
        else if (from + written < length) step(from + written);
        else resolve();
      });
    };
    step(0);
  });
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What a failed write of the log means for the database. */
function logFailure(error: unknown): CairnError {
  if (error instanceof CairnError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return diskFull(error);
  }
  const text = `A write did not reach the disk (${message}): the database takes no more until it is opened anew`;
  return new CairnError('read_only', text, { spoils: 'process', cause: error });
}

function diskFull(cause?: unknown): CairnError {
  return new CairnError('storage_full', 'The disk is full: nothing was written', { retryable: true, cause });
}
