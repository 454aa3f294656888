import { CairnError, encodeValue, type Value, type ValueObject } from '@cairn/protocol/internal';
import { type Database, decodeDocument, recordKey, type Snapshot } from '@cairn/storage/internal';
import { RuleSubject } from '../../../security/rights/rules/rule-subject.ts';
import { withoutSystemMembers } from '../../documents/document-body.ts';
import type { Documents } from '../../documents/documents.ts';

/** A stored record with its system members. */
export type StoredRecord = { readonly [name: string]: Value };

/**
 * Records that the server keeps for a database in collections of that database: scripts, services, variables, logs. A collection is
 * made with its first record, because a database without scripts should have none.
 */
export class RecordStore {
  readonly #documents: Documents;

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  find(database: Database, collection: string, key: string): StoredRecord | undefined {
    const view = database.snapshot();
    try {
      const found = view.collection(collection)?.get(key);
      return found && (decodeDocument(prefix(database, collection), found.bytes, found.record) as StoredRecord);
    } finally {
      view.release();
    }
  }

  /** All records in key order. */
  all(database: Database, collection: string): StoredRecord[] {
    const view = database.snapshot();
    try {
      return recordsIn(view, database, collection);
    } finally {
      view.release();
    }
  }

  /** The first keys of a collection, in order. */
  firstKeys(database: Database, collection: string, count: number): string[] {
    const view = database.snapshot();
    try {
      const keys: string[] = [];
      const blocks = view.collection(collection)?.blocks();
      for (let slice = blocks?.next(); slice !== undefined && keys.length < count; slice = blocks?.next()) {
        const to = Math.min(slice.to, slice.from + count - keys.length);
        for (let record = slice.from; record < to; record++) keys.push(recordKey(slice.bytes, record));
      }
      return keys;
    } finally {
      view.release();
    }
  }

  /** @throws CairnError `already_exists` */
  async insert(database: Database, collection: string, record: ValueObject, user?: string): Promise<StoredRecord> {
    await this.#write(database, collection, [record], 'refuse', user);
    return this.find(database, collection, String(record._key))!;
  }

  /** Stores a record in the place of whatever had its key. */
  async put(database: Database, collection: string, record: ValueObject, user?: string): Promise<StoredRecord> {
    await this.#write(database, collection, [record], 'replace', user);
    return this.find(database, collection, String(record._key))!;
  }

  async putMany(database: Database, collection: string, records: readonly ValueObject[], user?: string): Promise<void> {
    await this.#write(database, collection, records, 'replace', user);
  }

  /** Removes records; keys that are not there do no harm. */
  async remove(database: Database, collection: string, keys: readonly string[], user?: string): Promise<void> {
    await database.write(
      (transaction) => {
        if (transaction.collection(collection) === undefined) return;
        for (const key of keys) transaction.delete(collection, key);
      },
      { user },
    );
  }

  async ensureCollection(database: Database, name: string): Promise<void> {
    const view = database.snapshot();
    const isThere = view.collection(name) !== undefined;
    view.release();
    if (isThere) return;
    try {
      await database.createCollection(name, {});
    } catch (error) {
      if (!(error instanceof CairnError) || error.code !== 'already_exists') throw error;
    }
  }

  async #write(
    database: Database,
    collection: string,
    records: readonly ValueObject[],
    mode: 'refuse' | 'replace',
    user: string | undefined,
  ): Promise<void> {
    await this.ensureCollection(database, collection);
    await this.#documents.write({ database, user, subject: RuleSubject.exempt }, (writer) => {
      const into = writer.collection(collection);
      for (const record of records) writer.insert(into, withoutSystemMembers(encodeValue(record)), mode);
    });
  }
}

/** All records of a collection in one state; none when there is no such collection. */
export function recordsIn(view: Snapshot, database: Database, collection: string): StoredRecord[] {
  const found: StoredRecord[] = [];
  const blocks = view.collection(collection)?.blocks();
  for (let slice = blocks?.next(); slice !== undefined; slice = blocks?.next()) {
    for (let record = slice.from; record < slice.to; record++) {
      found.push(decodeDocument(prefix(database, collection), slice.bytes, record) as StoredRecord);
    }
  }
  return found;
}

function prefix(database: Database, collection: string): string {
  return `${database.name}:${collection}/`;
}
