import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CairnError } from '@cairn/protocol/internal';
import { BackupChain, type RestoreTarget } from '../backup/restore-backup.ts';
import { Database } from '../database/database.ts';
import { StorageMeter, type StorageState } from '../meter/storage-meter.ts';
import { DEFAULT_STORAGE_OPTIONS, type StorageOptions } from '../options.ts';
import { BlockCache } from '../tree/block-cache.ts';
import { flush, makeDatabaseFiles } from './database-files.ts';
import { databaseNotFound } from './errors.ts';
import { FolderLock } from './folder-lock.ts';
import { makeFolder } from './make-folder.ts';

const DATABASES_FOLDER = 'databases';
/** Folders that are being made or removed begin so; what a crash leaves of them is removed at the next start. */
const TEMPORARY_PREFIX = '~';
/** File systems stop at 255 bytes for a name; a letter outside ASCII takes up to twelve in ours. */
const FOLDER_NAME_MAX_BYTES = 240;

export interface StoreOptions extends Partial<StorageOptions> {
  /** The data folder; made when it is not there. */
  readonly path: string;
  /** Refuses a folder that is no data folder yet, instead of making one. */
  readonly mustExist?: boolean;
}

/**
 * All databases of one data folder.
 *
 * @example
 * const store = await Store.open({ path: './data' });
 * await store.createDatabase('shop');
 * const shop = store.database('shop');
 * await store.close();
 */
export class Store {
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #options: StorageOptions;
  readonly #cache: BlockCache;
  /** What has been done here since the store was opened. */
  readonly meter: StorageMeter;
  readonly #databases = new Map<string, Database>();
  readonly #names: Set<string>;
  #serial = 0;

  private constructor(folder: string, lock: FolderLock, options: StorageOptions) {
    this.#folder = folder;
    this.#lock = lock;
    this.meter = options.meter ?? new StorageMeter();
    this.#options = { ...options, meter: this.meter };
    this.#cache = new BlockCache(options.cacheMaxBytes);
    this.#names = new Set(namesIn(folder));
  }

  /** @throws CairnError `invalid_argument` when the folder is open in another process or cannot be made; `not_found` with `mustExist` */
  static async open(options: StoreOptions): Promise<Store> {
    const folder = join(options.path, DATABASES_FOLDER);
    if (options.mustExist && !existsSync(folder)) {
      throw new CairnError('not_found', `${options.path} is no data folder: there is no folder ${folder}`);
    }
    const isNew = madeDataFolder(options.path, folder);
    flush(options.path);
    if (isNew) flush(dirname(resolve(options.path)));
    const lock = await FolderLock.take(options.path);
    for (const name of readdirSync(folder)) {
      if (name.startsWith(TEMPORARY_PREFIX)) rmSync(join(folder, name), { recursive: true, force: true });
    }
    return new Store(folder, lock, { ...DEFAULT_STORAGE_OPTIONS, ...withoutUndefined(options) });
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  databaseNames(): string[] {
    return [...this.#names].sort();
  }

  /**
   * The database of this name, opened at its first use.
   * @throws CairnError `not_found`
   */
  database(name: string): Database {
    const open = this.#databases.get(name);
    if (open !== undefined) return open;
    if (!this.#names.has(name)) throw databaseNotFound(name);
    const database = Database.open(name, join(this.#folder, folderName(name)), this.#cache, this.#options);
    this.#databases.set(name, database);
    return database;
  }

  /** What waits and how much there is, of all open databases together; databases that nobody has used yet are not opened. */
  get state(): StorageState & { readonly openDatabases: number; readonly failedDatabases: readonly string[] } {
    const open = [...this.#databases.values()];
    const states = open.map(({ state }) => state);
    const sum = (read: (state: StorageState) => number) => states.reduce((total, state) => total + read(state), 0);
    return {
      openDatabases: states.length,
      failedDatabases: open.filter(({ failure }) => failure !== undefined).map(({ name }) => name),
      queuedCommits: sum(({ queuedCommits }) => queuedCommits),
      logBytes: sum(({ logBytes }) => logBytes),
      unwrittenBytes: sum(({ unwrittenBytes }) => unwrittenBytes),
    };
  }

  async createDatabase(name: string): Promise<void> {
    this.#requireFree(name);
    const path = join(this.#folder, folderName(name));
    const draft = this.#temporary();
    try {
      await makeDatabaseFiles(draft);
      this.#requireFree(name); // somebody else may have made it meanwhile
      renameSync(draft, path);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
    flush(this.#folder);
    this.#names.add(name);
  }

  /**
   * Makes a database of a full backup and of those that go on from it; answers the LSN that it came to.
   * @param folders the full one first
   * @throws CairnError `already_exists`, `invalid_argument`, `corruption`; there is no such database then
   */
  async restoreDatabase(name: string, folders: readonly string[], target: RestoreTarget = {}): Promise<number> {
    this.#requireFree(name);
    const path = join(this.#folder, folderName(name));
    const chain = await BackupChain.open(folders);
    chain.assertReaches(target);
    const draft = this.#temporary();
    try {
      mkdirSync(draft);
      await chain.copyEnvironment(draft);
      const lsn = await this.#redo(draft, chain, target);
      this.#requireFree(name);
      renameSync(draft, path);
      flush(this.#folder);
      this.#names.add(name);
      return lsn;
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
  }

  async #redo(draft: string, chain: BackupChain, target: RestoreTarget): Promise<number> {
    const database = Database.open(chain.database, draft, this.#cache, this.#options);
    try {
      return await chain.redo(database, target);
    } finally {
      await database.close();
    }
  }

  /** Closes the database and removes its folder. */
  async dropDatabase(name: string): Promise<void> {
    if (!this.#names.delete(name)) throw databaseNotFound(name);
    const database = this.#databases.get(name);
    this.#databases.delete(name);
    await database?.close();
    const path = join(this.#folder, folderName(name));
    const grave = this.#temporary();
    if (existsSync(path)) renameSync(path, grave);
    flush(this.#folder);
    rmSync(grave, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#databases.values()].map((database) => database.close()));
    this.#databases.clear();
    this.#cache.clear();
    await this.#lock.release();
  }

  #requireFree(name: string): void {
    if (!this.#names.has(name)) return;
    throw new CairnError('already_exists', `Database '${name}' already exists`, { details: { database: name } });
  }

  #temporary(): string {
    return join(this.#folder, `${TEMPORARY_PREFIX}${process.pid}-${++this.#serial}`);
  }
}

function madeDataFolder(path: string, databases: string): boolean {
  try {
    return makeFolder(databases);
  } catch (cause) {
    const message = `The data folder ${path} cannot be made: ${(cause as Error).message}`;
    throw new CairnError('invalid_argument', message, { details: { folder: path }, cause });
  }
}

function namesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith(TEMPORARY_PREFIX))
    .map(decodeURIComponent);
}

/** Percent-encoded, and never a name that means something to the file system or to us. */
function folderName(name: string): string {
  const encoded = encodeURIComponent(name).replace(
    /[.~*'()!]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
  if (name === '' || encoded.length > FOLDER_NAME_MAX_BYTES) {
    throw new CairnError('invalid_argument', `Invalid database name '${name.slice(0, 64)}'`, {
      details: { database: name.slice(0, 64) },
    });
  }
  return encoded;
}

function withoutUndefined(options: StoreOptions): Partial<StorageOptions> {
  const { path: _, ...rest } = options;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}
