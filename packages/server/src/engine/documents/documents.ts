import { ByteWriter, CairnError, EncodedRows, EncodedValue, type RawValue } from '@cairn/protocol/internal';
import {
  type CollectionView,
  type Database,
  type DocumentPosition,
  type ReadView,
  recordKey,
  renderDocument,
  type Transaction,
} from '@cairn/storage/internal';
import type { RuleSubject } from '../../security/rights/rules/rule-subject.ts';
import { refuseGuarded } from '../automation/guarded-collections.ts';
import { atomicStatement } from '../transactions/statement.ts';
import type { WriteGate } from '../triggers/write-gate.ts';
import { type IncomingDocument, takeDocument } from './document-body.ts';
import {
  collectionNotFound,
  documentNotFound,
  type InsertMode,
  type RecordChange,
  RecordWriter,
  type WriteParts,
} from './record-writer.ts';
import { renderRecord } from './render-record.ts';

/** What a document command answers besides success. */
export interface ChangedDocument {
  /** The document as it is now; absent after a removal. */
  readonly now?: EncodedValue;
  readonly before?: EncodedValue;
}

/** The outcome of a write, and the LSN of its commit; no LSN when a client's transaction holds it back. */
export interface Written<T> {
  readonly result: T;
  readonly lsn?: number;
}

/** Where a write goes: into a transaction that the client has begun, or straight into the database's next commit. */
export interface WriteTarget {
  readonly database: Database;
  readonly transaction?: Transaction;
  /** Whose name the change log gives the commit. */
  readonly user?: string;
  /** How many triggers stand behind the write. */
  readonly depth?: number;
  /** Whom the rules of collections bind; `RuleSubject.exempt` for the server itself. */
  readonly subject: RuleSubject;
}

/** Names one document. */
export interface DocumentAddress {
  readonly collection: string;
  readonly key: string;
}

export interface UpdateOptions {
  readonly merge: boolean;
  readonly ifRevision?: string;
  readonly returnOld?: boolean;
}

const renderer = new ByteWriter(16 * 1024);

/** Documents by key: everything that commands do to them without a query. Documents stay bytes all the way. */
export class Documents {
  readonly #parts: WriteParts;

  constructor(parts: WriteParts) {
    this.#parts = parts;
  }

  /** @throws CairnError `not_found` */
  get(view: ReadView, database: string, { collection, key }: DocumentAddress): EncodedValue {
    const found = requireCollection(view, collection).get(key);
    if (found === undefined) throw documentNotFound(collection, key);
    return render(`${database}:${collection}/`, found);
  }

  insert(
    target: WriteTarget,
    address: { collection: string; key?: string },
    document: RawValue,
    options: { mode: InsertMode; returnOld?: boolean },
  ): Promise<Written<ChangedDocument>> | Written<ChangedDocument> {
    const incoming = takeDocument(document.bytes, { offset: document.start });
    const keyed: IncomingDocument = address.key === undefined ? incoming : { key: address.key, body: incoming.body };
    const { database } = target;
    return this.#change(target, address.collection, (writer) => {
      const change = writer.insert(writer.collection(address.collection), keyed, options.mode);
      return changed(database.name, address.collection, change, options.returnOld ?? false);
    });
  }

  /** Changes one document: lays members over it, or replaces it when `merge` is false. */
  update(
    target: WriteTarget,
    address: DocumentAddress,
    document: RawValue,
    options: UpdateOptions,
  ): Promise<Written<ChangedDocument>> | Written<ChangedDocument> {
    // `_key` among the changes says nothing new; other system members are the server's.
    const { body } = takeDocument(document.bytes, { offset: document.start });
    const { database } = target;
    return this.#change(target, address.collection, (writer) => {
      const change = writer.update(writer.collection(address.collection), address.key, body, options);
      return changed(database.name, address.collection, change, options.returnOld ?? false);
    });
  }

  remove(
    target: WriteTarget,
    { collection, key }: DocumentAddress,
    options: { ifRevision?: string; returnOld?: boolean },
  ): Promise<Written<ChangedDocument>> | Written<ChangedDocument> {
    const { database } = target;
    return this.#change(target, collection, (writer) => {
      const change = writer.remove(writer.collection(collection), key, options);
      return changed(database.name, collection, change, options.returnOld ?? false);
    });
  }

  /** Removes every document by itself, all or none; answers how many there were. @throws CairnError `not_found` */
  removeAll(target: WriteTarget, collection: string): Promise<Written<number>> | Written<number> {
    return this.#change(target, collection, (writer) => {
      const from = writer.collection(collection);
      const keys = keysOf(from);
      for (const key of keys) writer.remove(from, key, {});
      return keys.length;
    });
  }

  /** Inserts all or none; answers how many documents were written. */
  insertMany(
    target: WriteTarget,
    collection: string,
    documents: RawValue,
    mode: InsertMode,
  ): Promise<Written<number>> | Written<number> {
    const incoming = takeDocuments(documents);
    return this.#change(target, collection, (writer) => {
      const into = writer.collection(collection);
      let written = 0;
      for (const one of incoming) if (writer.insert(into, one, mode).record !== undefined) written++;
      return written;
    });
  }

  /** Documents in key order, and how many the collection has in all. */
  list(
    view: ReadView,
    database: string,
    collection: string,
    page: { offset: number; limit: number; bytesMax: number },
  ): { rows: EncodedRows; total: number } {
    const from = requireCollection(view, collection);
    const prefix = `${database}:${collection}/`;
    const blocks = from.blocks();
    let toSkip = page.offset;
    let count = 0;
    renderer.reset();
    for (let slice = blocks.next(); slice !== undefined && count < page.limit; slice = blocks.next()) {
      const skipped = Math.min(toSkip, slice.to - slice.from);
      toSkip -= skipped;
      for (let record = slice.from + skipped; record < slice.to && count < page.limit; record++) {
        renderDocument(renderer, prefix, slice.bytes, record);
        count++;
      }
      if (renderer.position > page.bytesMax) throw listTooLarge(page.bytesMax);
    }
    return { rows: new EncodedRows(count, [renderer.finish()]), total: from.count };
  }

  /** A user's change of one collection: through its before-triggers, where it has any. */
  #change<T>(
    target: WriteTarget,
    collection: string,
    work: (writer: RecordWriter) => T,
  ): Promise<Written<T>> | Written<T> {
    refuseGuarded(collection);
    const { before } = this.#parts;
    if (!before.concerns(target.database, collection)) return this.write(target, work);
    const { database, transaction, subject } = target;
    const statement = (one: Transaction) => (gate: WriteGate) =>
      work(new RecordWriter(one, this.#parts, subject, gate));
    if (transaction === undefined) return before.commit(database, target, (one, gate) => statement(one)(gate));
    return atomicStatement(transaction, async () => ({
      result: await before.within(database, transaction, target, statement(transaction)),
    }));
  }

  /** Runs `work` in the client's transaction at once, or in the turn of the database's next group commit. */
  write<T>(target: WriteTarget, work: (writer: RecordWriter) => T): Promise<Written<T>> | Written<T> {
    const { database, transaction, user, depth, subject } = target;
    if (transaction !== undefined) {
      return atomicStatement(transaction, () => ({
        result: work(new RecordWriter(transaction, this.#parts, subject)),
      }));
    }
    return database.write((one) => work(new RecordWriter(one, this.#parts, subject)), { user, depth });
  }
}

function listTooLarge(limit: number): CairnError {
  return new CairnError('limit_exceeded', 'the list does not fit one reply; ask for fewer documents or use a cursor', {
    variant: 'MessageTooLarge',
    details: { limit_bytes: limit },
  });
}

function keysOf(collection: CollectionView): string[] {
  const keys: string[] = [];
  const blocks = collection.blocks();
  for (let slice = blocks.next(); slice !== undefined; slice = blocks.next()) {
    for (let record = slice.from; record < slice.to; record++) keys.push(recordKey(slice.bytes, record));
  }
  return keys;
}

function takeDocuments(documents: RawValue): IncomingDocument[] {
  const items = documents.items();
  if (items === undefined) throw new CairnError('invalid_argument', 'Invalid document: documents must be an array');
  const cursor = { offset: items.start };
  const incoming: IncomingDocument[] = [];
  for (let i = 0; i < items.count; i++) incoming.push(takeDocument(documents.bytes, cursor));
  return incoming;
}

/** @throws CairnError `not_found` */
export function requireCollection(view: ReadView, name: string): CollectionView {
  const collection = view.collection(name);
  if (collection === undefined) throw collectionNotFound(name);
  return collection;
}

function render(idPrefix: string, { bytes, record }: DocumentPosition): EncodedValue {
  renderer.reset();
  renderDocument(renderer, idPrefix, bytes, record);
  return new EncodedValue(renderer.finish());
}

function changed(database: string, collection: string, change: RecordChange, returnOld: boolean): ChangedDocument {
  const prefix = `${database}:${collection}/`;
  const { record, before } = change;
  // A document that was left as it was is answered as it is.
  const now = record !== undefined ? new EncodedValue(renderRecord(prefix, record)) : undefined;
  if (before === undefined || (!returnOld && now !== undefined)) return { now };
  return { now, before: render(prefix, before) };
}
