import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { open, type RootDatabase, type Transaction } from 'lmdb';
import { compareBytes } from '../../block/search.ts';

/** A write of one LMDB key; no value means its removal. */
export interface StoredChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** A read transaction of LMDB: sees one state until it is done. */
export interface EnvironmentReader {
  /** A copy of the value, or undefined. */
  get(key: Uint8Array): Buffer | undefined;
  /** The value in a buffer that the next read overwrites, or undefined. */
  peek(key: Uint8Array): Buffer | undefined;
  keys(from: Uint8Array, to: Uint8Array): Iterable<Uint8Array>;
  done(): void;
}

/** States of one database that may be read at once: open transactions and cursors that began on different commits. */
const READERS_MAX = 4096;
/** errno of a full disk, as lmdb hands it on. */
const ENOSPC: unknown = 28;
/** LMDB copies the pages of its own tree on the way to a change: room for these beside the change's bytes. */
const FREE_MARGIN_BYTES = 256 * 1024;

/** The one place that knows lmdb: an ordered map of bytes in one file, whose writes are atomic and durable. */
export class Environment {
  readonly path: string;
  readonly #database: RootDatabase<Buffer, Buffer>;

  private constructor(path: string, database: RootDatabase<Buffer, Buffer>) {
    this.path = path;
    this.#database = database;
  }

  static open(path: string): Environment {
    const database = open<Buffer, Buffer>({
      path,
      noSubdir: true,
      keyEncoding: 'binary',
      encoding: 'binary',
      // With lmdb's default a reader can see a commit before it has reached the disk.
      overlappingSync: false,
      // Commits are gathered above; lmdb's own gathering leaves a promise that rejects where nobody can catch it.
      eventTurnBatching: false,
      maxReaders: READERS_MAX,
    } as never);
    return new Environment(path, database);
  }

  reader(): EnvironmentReader {
    const database = this.#database;
    const transaction = readTransaction(database);
    const lent = (key: Uint8Array) =>
      this.#sound(() => (database as unknown as FastReader).getBinaryFast(key, { transaction }));
    return {
      get(key) {
        const bytes = lent(key);
        return bytes === undefined ? undefined : copyOf(bytes);
      },
      // lmdb lends a longer buffer whose length is written over: whoever looks at it as memory sees all of it.
      peek(key) {
        const bytes = lent(key);
        return bytes?.subarray(0, bytes.length);
      },
      keys: (from, to) => this.#keys({ start: from as Buffer, end: to as Buffer, transaction }),
      done: () => transaction.done(),
    };
  }

  *#keys(range: { start: Buffer; end: Buffer; transaction: Transaction }): Generator<Uint8Array> {
    const keys = this.#sound(() => this.#database.getKeys(range as never)[Symbol.iterator]());
    for (;;) {
      const { value, done } = this.#sound(() => keys.next());
      if (done === true) return;
      yield Uint8Array.from(value as unknown as Buffer);
    }
  }

  /** What a look into the file gives. @throws CairnError `corruption` when LMDB finds no sense in its pages */
  #sound<T>(look: () => T): T {
    try {
      return look();
    } catch (error) {
      if (!isDamage(error as NodeJS.ErrnoException)) throw error;
      const message = `The pages of ${this.path} are damaged: ${(error as Error).message}`;
      throw new CairnError('corruption', message, { details: { file: this.path }, cause: error });
    }
  }

  /** Forgets the read transaction that lmdb would share, so that the next reader sees the newest state. */
  refresh(): void {
    (this.#database as unknown as { resetReadTxn(): void }).resetReadTxn();
  }

  /**
   * Applies all changes in one transaction; resolves when they are on disk.
   * @throws CairnError `storage_full`: nothing was written and writes may go on; `read_only`: nobody knows what was written
   */
  async write(changes: Iterable<StoredChange>): Promise<void> {
    const database = this.#database;
    try {
      await database.batch(() => {
        for (const { key, value } of changes) {
          if (value === undefined) database.remove(key as Buffer);
          else database.put(key as Buffer, value as Buffer);
        }
      });
    } catch (error) {
      throw await this.#failureOf(error, changes);
    }
  }

  /** LMDB reports a short write as an input/output error, so the disk itself is asked whether there was room. */
  async #failureOf(error: unknown, changes: Iterable<StoredChange>): Promise<CairnError> {
    const cause = await commitErrorOf(error);
    let needed = FREE_MARGIN_BYTES;
    for (const { value } of changes) needed += value?.length ?? 0;
    const { bavail, bsize } = await statfs(dirname(this.path));
    if ((cause as NodeJS.ErrnoException).code === ENOSPC || bavail * bsize < needed) {
      return new CairnError('storage_full', 'The disk is full: nothing was written', { retryable: true, cause });
    }
    const message = `A write did not reach the disk (${cause.message}): the database takes no more until it is opened anew`;
    return new CairnError('read_only', message, { spoils: 'process', cause });
  }

  /** Writes a copy of one state into a file, while writes go on. */
  async copy(path: string): Promise<void> {
    await this.#database.backup(path, false);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

function readTransaction(database: RootDatabase<Buffer, Buffer>): Transaction {
  try {
    return database.useReadTransaction();
  } catch (error) {
    if (!/MDB_READERS_FULL/.test(String(error))) throw error;
    throw new CairnError('overloaded', `more than ${READERS_MAX} states of the database are being read at once`, {
      retryable: true,
      details: { limit: READERS_MAX },
      cause: error,
    });
  }
}

/** What LMDB itself reports has a number; a key of an impossible length is noticed by lmdb, which gives none. */
function isDamage({ code, message }: NodeJS.ErrnoException): boolean {
  return typeof code === 'number' || message.startsWith('Invalid key size');
}

interface FastReader {
  getBinaryFast(key: Uint8Array, options: { transaction: Transaction }): Buffer | undefined;
}

/** lmdb hands out a buffer that its next read overwrites. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** lmdb hands the reason of a failed commit on as a promise that rejects with it. */
async function commitErrorOf(error: unknown): Promise<Error> {
  const { commitError } = error as { commitError?: Promise<unknown> };
  try {
    await commitError;
  } catch (reason) {
    if (reason instanceof Error) return reason;
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** The keys [from, to) that begin with a prefix. */
export function prefixRange(prefix: Uint8Array): { from: Uint8Array; to: Uint8Array } {
  const to = Uint8Array.from(prefix);
  for (let at = to.length - 1; at >= 0; at--) {
    if (++to[at] !== 0) break;
  }
  return { from: prefix, to: compareBytes(to, prefix) > 0 ? to : Uint8Array.of(0xff) };
}
