import { CairnError } from '@cairn/protocol/internal';
import {
  type CollectionView,
  type DocumentPosition,
  type NewRecord,
  recordBody,
  recordBodyEnd,
  recordCreatedMs,
  recordRevision,
  type Transaction,
} from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import { type IncomingDocument, requireEdgeEnds } from './document-body.ts';
import type { KeyGenerator } from './document-key.ts';
import { mergeBody } from './merge-body.ts';
import type { SchemaGuard } from './schema-guard.ts';

/** What an insert does when its key is taken. */
export type InsertMode = 'refuse' | 'replace' | 'update' | 'ignore';

/** What a write did: the record as it is now (absent after a removal) and where the one before it lies. */
export interface RecordChange {
  readonly record?: NewRecord;
  readonly before?: DocumentPosition;
}

export interface ChangeConditions {
  /** The revision that the document must have. */
  readonly ifRevision?: string;
}

/** What writing records needs besides the transaction. */
export interface WriteParts {
  readonly host: Host;
  readonly keys: KeyGenerator;
  readonly schemas: SchemaGuard;
}

/**
 * Writes documents into a storage transaction: the only place that makes records. Whatever it takes from the clock and
 * from chance is fixed here and carried along.
 */
export class RecordWriter {
  readonly #transaction: Transaction;
  readonly #parts: WriteParts;

  constructor(transaction: Transaction, parts: WriteParts) {
    this.#transaction = transaction;
    this.#parts = parts;
  }

  /** @throws CairnError `not_found` */
  collection(name: string): CollectionView {
    const collection = this.#transaction.collection(name);
    if (collection === undefined) throw collectionNotFound(name);
    return collection;
  }

  /** @throws CairnError `already_exists`, `unique_violation`, `schema_violation`, `invalid_argument` */
  insert(collection: CollectionView, incoming: IncomingDocument, mode: InsertMode): RecordChange {
    const key = incoming.key ?? this.#parts.keys.next();
    if (mode === 'refuse') return this.#put(collection, this.#newRecord(key, incoming.body), 'insert', undefined);
    const before = incoming.key === undefined ? undefined : collection.get(key);
    if (before === undefined) return this.#put(collection, this.#newRecord(key, incoming.body), 'insert', undefined);
    if (mode === 'ignore') return { before };
    return this.#change(collection, key, before, incoming.body, mode === 'update');
  }

  /**
   * Lays the members of `changes` over the document's, or puts them in its place when `merge` is false. An edge's ends
   * may be among them unless `keepEdgeEnds` says that they are passed over as other reserved names are.
   */
  update(
    collection: CollectionView,
    key: string,
    changes: Uint8Array,
    options: ChangeConditions & { merge: boolean; keepEdgeEnds?: boolean },
  ): RecordChange {
    const before = this.#existing(collection, key, options);
    return this.#change(collection, key, before, changes, options.merge, options.keepEdgeEnds);
  }

  remove(collection: CollectionView, key: string, conditions: ChangeConditions): RecordChange {
    const before = this.#existing(collection, key, conditions);
    this.#transaction.delete(collection.name, key);
    return { before };
  }

  #existing(collection: CollectionView, key: string, conditions: ChangeConditions): DocumentPosition {
    const position = collection.get(key);
    if (position === undefined) throw documentNotFound(collection.name, key);
    const wanted = conditions.ifRevision;
    if (wanted === undefined) return position;
    const actual = recordRevision(position.bytes, position.record);
    if (actual === wanted) return position;
    throw new CairnError('conflict', `Conflict: document '${key}' has revision ${actual}, not ${wanted}`, {
      details: { collection: collection.name, key, revision: actual },
    });
  }

  #change(
    collection: CollectionView,
    key: string,
    before: DocumentPosition,
    changes: Uint8Array,
    merge: boolean,
    keepEdgeEnds = false,
  ): RecordChange {
    const { bytes, record } = before;
    const body = merge
      ? mergeBody(
          bytes.subarray(recordBody(bytes, record), recordBodyEnd(bytes, record)),
          changes,
          isEdge(collection) && !keepEdgeEnds,
        )
      : changes;
    const created = recordCreatedMs(bytes, record);
    return this.#put(collection, { ...this.#newRecord(key, body), createdMs: created }, 'replace', before);
  }

  #newRecord(key: string, body: Uint8Array): NewRecord {
    const { host } = this.#parts;
    const nowMs = host.nowMs();
    return { key, revision: host.randomBytes(8), createdMs: nowMs, updatedMs: nowMs, body };
  }

  #put(
    collection: CollectionView,
    record: NewRecord,
    mode: 'insert' | 'replace',
    before: DocumentPosition | undefined,
  ): RecordChange {
    if (isEdge(collection)) requireEdgeEnds(record.body);
    if (collection.properties !== null) this.#parts.schemas.check(collection, record);
    this.#transaction.put(collection.name, record, mode);
    return { record, before };
  }
}

function isEdge(collection: CollectionView): boolean {
  return collection.type === 'edge';
}

export function collectionNotFound(name: string): CairnError {
  return new CairnError('not_found', `Collection '${name}' not found`, { details: { collection: name } });
}

export function documentNotFound(collection: string, key: string): CairnError {
  return new CairnError('not_found', `Document with key '${key}' not found`, { details: { collection, key } });
}
