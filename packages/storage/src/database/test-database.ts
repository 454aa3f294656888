import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeValue, type Value } from '@cairn/protocol/internal';
import type { NewRecord } from '../document/record.ts';
import { recordKey } from '../document/record.ts';
import { Store, type StoreOptions } from '../store/store.ts';
import type { ReadView } from '../transaction/read-view.ts';
import type { Database } from './database.ts';

/** For tests: a store in a folder of its own with one database and one collection `things`. */
export interface TestDatabase {
  readonly path: string;
  store: Store;
  database: Database;
  /** Closes and opens the store again. */
  reopen(): Promise<void>;
  remove(): Promise<void>;
}

export async function testDatabase(options: Partial<StoreOptions> = {}): Promise<TestDatabase> {
  const path = mkdtempSync(join(tmpdir(), 'cairn-storage-'));
  const store = await Store.open({ ...options, path });
  await store.createDatabase('test');
  await store.database('test').createCollection('things');
  const test: TestDatabase = {
    path,
    store,
    database: store.database('test'),
    async reopen() {
      await test.store.close();
      test.store = await Store.open({ ...options, path });
      test.database = test.store.database('test');
    },
    async remove() {
      await test.store.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
  return test;
}

/** A record with a body of these members. */
export function thing(key: string, members: { [name: string]: Value } = {}): NewRecord {
  return { key, revision: new Uint8Array(8), createdMs: 1, updatedMs: 2, body: encodeValue(members) };
}

/** The keys of `things`, by walking its blocks. */
export function keysOf(view: ReadView): string[] {
  const keys: string[] = [];
  const blocks = view.collection('things')!.blocks();
  for (let slice = blocks.next(); slice !== undefined; slice = blocks.next()) {
    for (let record = slice.from; record < slice.to; record++) keys.push(recordKey(slice.bytes, record));
  }
  return keys;
}

/** What `read` makes of the newest state. */
export function reading<T>(database: Database, read: (view: ReadView) => T): T {
  const snapshot = database.snapshot();
  try {
    return read(snapshot);
  } finally {
    snapshot.release();
  }
}
