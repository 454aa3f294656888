import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CairnError,
  type CairnError as CairnErrorType,
  decodeValue,
  encodeValue,
  isObject,
  skipValue,
  type Value,
} from '@cairn/protocol/internal';
import { type Database, decodeDocument, type IndexDefinition, Store, type Transaction } from '@cairn/storage/internal';
import { QueryEngine } from '../query-engine.ts';
import type { QueryRun, RunContext } from '../runtime/query-run.ts';
import type { DocumentWriter, InsertOptions, WriteOutcome } from '../runtime/write-calls.ts';

export type TestObject = { [key: string]: Value };

/** What a test's collection starts with. */
export interface TestCollection {
  readonly type?: 'document' | 'edge';
  readonly documents: readonly TestObject[];
  readonly indexes?: readonly IndexDefinition[];
}

export interface TestQueryOptions {
  readonly binds?: TestObject;
  /** Another than the database's own. */
  readonly engine?: QueryEngine;
  readonly language?: 'sdbql' | 'sql';
  readonly disabled?: readonly string[];
  readonly limits?: RunContext['limits'];
  readonly temporaryFolder?: string;
  readonly signal?: AbortSignal;
  readonly maxRows?: number;
  readonly mayRead?: RunContext['mayRead'];
}

const systemMembers = new Set(['_key', '_id', '_rev', '_created_at', '_updated_at']);
const name = 'test';

/** A real store in a folder of its own, with a small stand-in for the server's way of writing documents. */
export class TestDatabase {
  readonly engine = new QueryEngine();
  readonly #store: Store;
  readonly #folder: string;

  private constructor(store: Store, folder: string) {
    this.#store = store;
    this.#folder = folder;
  }

  static async open(
    collections: Readonly<Record<string, TestCollection>> = {},
    options: { readonly blockMaxBytes?: number } = {},
  ): Promise<TestDatabase> {
    const folder = await mkdtemp(join(tmpdir(), 'cairn-query-'));
    const store = await Store.open({ ...options, path: folder });
    await store.createDatabase(name);
    const database = new TestDatabase(store, folder);
    for (const [collection, content] of Object.entries(collections)) await database.fill(collection, content);
    return database;
  }

  /** Where its queries spill. */
  get temporaryFolder(): string {
    return join(this.#folder, 'temporary');
  }

  get database(): Database {
    return this.#store.database(name);
  }

  async fill(collection: string, content: TestCollection): Promise<void> {
    await this.database.createCollection(collection, { type: content.type ?? 'document' });
    await this.database.write((transaction) => {
      const writer = new TransactionWriter(transaction);
      for (const document of content.documents) writer.insert(collection, document, {});
    });
    for (const index of content.indexes ?? []) await this.database.createIndex(collection, index);
  }

  /** Writes documents in one commit, over those of the same keys. */
  async put(collection: string, documents: readonly TestObject[]): Promise<void> {
    await this.database.write((transaction) => {
      const writer = new TransactionWriter(transaction);
      for (const document of documents) writer.insert(collection, document, { overwrite: true });
    });
  }

  async close(): Promise<void> {
    await this.#store.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** All answers of a query; a statement that writes is committed. */
  async query(text: string, options: TestQueryOptions = {}): Promise<Value[]> {
    const transaction = this.database.begin();
    try {
      const run = this.start(text, transaction, options);
      const rows: Value[] = [];
      for (let done = false; !done; ) {
        const batch = run.next({ maxRows: options.maxRows ?? 1000 });
        rows.push(...decodeRows(Uint8Array.prototype.slice.call(batch.bytes), batch.rows)); // byte values are views
        done = batch.done;
      }
      if (transaction.writes > 0) await this.database.commit(transaction);
      else transaction.rollback();
      return rows;
    } catch (error) {
      transaction.rollback();
      throw error;
    }
  }

  /** A run over a transaction, which the caller ends. */
  start(text: string, transaction: Transaction, options: TestQueryOptions = {}): QueryRun {
    const binds = new Map(Object.entries(options.binds ?? {}));
    const disabled = options.disabled ?? [];
    const { language } = options;
    const context = { database: name, view: transaction, binds, rewrites: { disabled }, ...(language && { language }) };
    const engine = options.engine ?? this.engine;
    const prepared = engine.prepare(text, context);
    return engine.start(prepared, {
      database: name,
      view: transaction,
      writer: new TransactionWriter(transaction),
      binds,
      nowMs: 1_700_000_000_000,
      randomBytes: (length) => new Uint8Array(length).fill(7),
      monotonicMs: () => performance.now(),
      limits: options.limits,
      temporaryFolder: options.temporaryFolder ?? this.temporaryFolder,
      signal: options.signal,
      mayRead: options.mayRead,
    });
  }

  /** The code of the error that a query fails with; undefined when it does not fail. */
  async failure(text: string, options: TestQueryOptions = {}): Promise<CairnErrorType['code'] | undefined> {
    try {
      await this.query(text, options);
      return undefined;
    } catch (error) {
      if (error instanceof CairnError) return error.code;
      throw error;
    }
  }
}

/** Values that stand back to back. */
export function decodeRows(bytes: Uint8Array, count: number): Value[] {
  const rows: Value[] = [];
  let at = 0;
  for (let row = 0; row < count; row++) {
    rows.push(decodeValue(bytes, at));
    at = skipValue(bytes, at);
  }
  return rows;
}

/** Writes documents as the server does, without schemas, edge rules and triggers. */
class TransactionWriter implements DocumentWriter {
  static #writes = 0;
  readonly #transaction: Transaction;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  insert(collection: string, document: Value, options: InsertOptions): WriteOutcome {
    if (!isObject(document)) throw new CairnError('invalid_argument', 'a document must be an object');
    const key = document._key ?? `generated${String(TransactionWriter.#writes).padStart(8, '0')}`;
    if (typeof key !== 'string') throw new CairnError('invalid_argument', '_key must be a string');
    return this.#put(collection, key, document, options.overwrite === true ? 'upsert' : 'insert');
  }

  update(collection: string, key: string, changes: Value): WriteOutcome {
    const old = this.#read(collection, key) as TestObject | null;
    return this.#put(collection, key, { ...old, ...withoutUnderscores(changes) }, 'replace');
  }

  replace(collection: string, key: string, document: Value): WriteOutcome {
    return this.#put(collection, key, withoutUnderscores(document), 'replace');
  }

  remove(collection: string, key: string): WriteOutcome {
    const old = this.#read(collection, key);
    if (!this.#transaction.delete(collection, key)) throw new CairnError('not_found', `no document ${key}`);
    return { old, new: null };
  }

  #put(collection: string, key: string, document: TestObject, mode: 'insert' | 'replace' | 'upsert'): WriteOutcome {
    const old = this.#read(collection, key);
    const members = Object.entries(document).filter(([member]) => !systemMembers.has(member));
    const revision = Buffer.alloc(8);
    revision.writeUInt32BE(++TransactionWriter.#writes, 4);
    const timeMs = 1_700_000_000_000;
    const body = encodeValue(Object.fromEntries(members));
    this.#transaction.put(collection, { key, revision, createdMs: timeMs, updatedMs: timeMs, body }, mode);
    return { old, new: this.#read(collection, key) };
  }

  #read(collection: string, key: string): Value {
    const position = this.#transaction.collection(collection)?.get(key);
    return position === undefined ? null : decodeDocument(`${name}:${collection}/`, position.bytes, position.record);
  }
}

function withoutUnderscores(value: Value): TestObject {
  return Object.fromEntries(Object.entries(value as TestObject).filter(([member]) => !member.startsWith('_')));
}
