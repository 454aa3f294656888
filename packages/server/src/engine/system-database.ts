import { CairnError, encodeValue, type Value } from '@cairn/protocol/internal';
import { type Database, decodeDocument, type Store } from '@cairn/storage/internal';
import type { Host } from '../host.ts';
import {
  API_KEYS,
  AUDIT,
  CONFIGURATION,
  ENDED_SESSIONS,
  ROLES,
  type SystemRecord,
  type SystemRecords,
  USER_ROLES,
  USERS,
} from '../security/system-records.ts';

/** The database that holds users, roles and secrets. It cannot be dropped. */
export const SYSTEM_DATABASE = '_system';

const COLLECTIONS = [CONFIGURATION, ENDED_SESSIONS, USERS, API_KEYS, ROLES, USER_ROLES, AUDIT];

/** Opens the system database, making it and its collections at the first start. */
export async function openSystemRecords(store: Store, host: Host): Promise<SystemRecords> {
  if (!store.databaseNames().includes(SYSTEM_DATABASE)) await store.createDatabase(SYSTEM_DATABASE);
  const database = store.database(SYSTEM_DATABASE);
  const missing = database.read((view) => COLLECTIONS.filter((name) => view.collection(name) === undefined));
  for (const name of missing) await database.createCollection(name, {});
  return new DatabaseRecords(database, host);
}

class DatabaseRecords implements SystemRecords {
  readonly #database: Database;
  readonly #host: Host;

  constructor(database: Database, host: Host) {
    this.#database = database;
    this.#host = host;
  }

  all(collection: string): SystemRecord[] {
    return this.#database.read((view) => {
      const found: SystemRecord[] = [];
      const blocks = view.collection(collection)?.blocks();
      for (let slice = blocks?.next(); slice !== undefined; slice = blocks?.next()) {
        for (let record = slice.from; record < slice.to; record++) {
          found.push(decodeDocument(`${SYSTEM_DATABASE}:${collection}/`, slice.bytes, record) as SystemRecord);
        }
      }
      return found;
    });
  }

  async put(collection: string, key: string, body: { [name: string]: Value }): Promise<void> {
    const nowMs = this.#host.nowMs();
    const revision = this.#host.randomBytes(8);
    const record = { key, revision, createdMs: nowMs, updatedMs: nowMs, body: encodeValue(body) };
    await this.#database.write((transaction) => transaction.put(collection, record, 'upsert'));
  }

  async remove(collection: string, keys: readonly string[]): Promise<void> {
    await this.#database.write((transaction) => {
      for (const key of keys) transaction.delete(collection, key);
    });
  }
}

/** @throws CairnError `invalid_argument` for the system database. */
export function refuseSystemDatabase(name: string): void {
  if (name !== SYSTEM_DATABASE) return;
  throw new CairnError('invalid_argument', `Invalid document: Cannot delete ${SYSTEM_DATABASE} database`);
}
