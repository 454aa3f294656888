import { CairnError, type Value } from '@cairn/protocol/internal';
import type { TriggerEvent } from '@cairn/scripting/internal';
import {
  type CollectionView,
  type DocumentPosition,
  decodeDocument,
  documentExists,
  type NewRecord,
  recordBody,
  recordBodyEnd,
  recordCreatedMs,
  recordRevision,
  type Transaction,
} from '@cairn/storage/internal';
import type { Host } from '../../host.ts';
import type { RuleSubject } from '../../security/rights/rules/rule-subject.ts';
import { SubjectRules } from '../../security/rights/rules/subject-rules.ts';
import { WriteGuard, withoutOwner } from '../../security/rights/rules/write-guard.ts';
import type { BeforeTriggers } from '../triggers/before-triggers.ts';
import type { WriteGate } from '../triggers/write-gate.ts';
import { type IncomingDocument, requireEdgeEnds } from './document-body.ts';
import type { KeyGenerator } from './document-key.ts';
import { keepEnds, mergeBody } from './merge-body.ts';
import type { SchemaGuard } from './schema-guard.ts';

/** Collections of this type are added to and removed from, and what is in them stays as it is. */
const TIME_SERIES = 'timeseries';

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
  readonly before: BeforeTriggers;
}

/**
 * Writes documents into a storage transaction: the only place that makes records. Whatever it takes from the clock and
 * from chance is fixed here and carried along.
 */
export class RecordWriter {
  readonly #transaction: Transaction;
  readonly #parts: WriteParts;
  readonly #subject: RuleSubject;
  readonly #gate: WriteGate | undefined;

  /**
   * @param subject who is held to the rules of the collections that he writes to
   * @param gate what changes with before-triggers pass through; absent where there are none
   */
  constructor(transaction: Transaction, parts: WriteParts, subject: RuleSubject, gate?: WriteGate) {
    this.#transaction = transaction;
    this.#parts = parts;
    this.#subject = subject;
    this.#gate = gate;
  }

  /** @throws CairnError `not_found` */
  collection(name: string): CollectionView {
    const collection = this.#transaction.collection(name);
    if (collection === undefined) throw collectionNotFound(name);
    return collection;
  }

  /** @throws CairnError `already_exists`, `unique_violation`, `schema_violation`, `invalid_argument`, `permission_denied` */
  insert(collection: CollectionView, incoming: IncomingDocument, mode: InsertMode): RecordChange {
    const guard = this.#guard(collection);
    guard?.requireIncoming(incoming.body);
    const key = incoming.key ?? this.#gate?.keyOfNext(collection.name) ?? this.#parts.keys.next();
    const before = mode === 'refuse' || incoming.key === undefined ? undefined : collection.get(key);
    if (before === undefined) {
      return this.#put(collection, this.#newRecord(key, incoming.body), { mode: 'insert', guard });
    }
    // Whose key is taken is all that somebody learns of a document that he is not shown.
    if (guard?.isShown(before) === false) throw documentExists(collection.name, key);
    if (mode === 'ignore') return { before: guard?.shown(before) ?? before };
    return this.#change(collection, { key, before, guard }, incoming.body, { merge: mode === 'update' });
  }

  /**
   * Lays the members of `changes` over the document's, or puts them in its place when `merge` is false. An edge's ends
   * may be among them unless `keepEdgeEnds` says that they are passed over as other reserved names are; of what is put in
   * the document's place it says that ends which are not named stay.
   */
  update(
    collection: CollectionView,
    key: string,
    changes: Uint8Array,
    options: ChangeConditions & { merge: boolean; keepEdgeEnds?: boolean },
  ): RecordChange {
    const guard = this.#guard(collection);
    const before = this.#existing(collection, key, { ...options, guard });
    guard?.requireIncoming(changes);
    return this.#change(collection, { key, before, guard }, changes, options);
  }

  remove(collection: CollectionView, key: string, conditions: ChangeConditions): RecordChange {
    const guard = this.#guard(collection);
    const before = this.#existing(collection, key, { ...conditions, guard });
    guard?.require('delete', before);
    this.#gateFor(collection, 'delete')?.pass({
      ...{ collection: collection.name, key, event: 'delete' },
      old: decoded(collection, before),
    });
    this.#transaction.delete(collection.name, key);
    return { before: guard?.shown(before) ?? before };
  }

  /** Undefined where no rule binds the subject, as in most collections. */
  #guard(collection: CollectionView): WriteGuard | undefined {
    const rules = SubjectRules.of(collection, this.#subject);
    return rules === undefined ? undefined : new WriteGuard(rules, collection.name);
  }

  #existing(
    collection: CollectionView,
    key: string,
    { guard, ifRevision }: ChangeConditions & { guard: WriteGuard | undefined },
  ): DocumentPosition {
    const position = collection.get(key);
    if (position === undefined || guard?.isShown(position) === false) throw documentNotFound(collection.name, key);
    if (ifRevision === undefined) return position;
    const actual = recordRevision(position.bytes, position.record);
    if (actual === ifRevision) return position;
    throw new CairnError('conflict', `Conflict: document '${key}' has revision ${actual}, not ${ifRevision}`, {
      details: { collection: collection.name, key, revision: actual },
    });
  }

  #change(
    collection: CollectionView,
    { key, before, guard }: { key: string; before: DocumentPosition; guard: WriteGuard | undefined },
    changes: Uint8Array,
    { merge, keepEdgeEnds = false }: { merge: boolean; keepEdgeEnds?: boolean },
  ): RecordChange {
    if (collection.type === TIME_SERIES) throw unchangeable(collection.name);
    guard?.require('write', before);
    const { bytes, record } = before;
    const old = bytes.subarray(recordBody(bytes, record), recordBodyEnd(bytes, record));
    const replacement = keepEdgeEnds && !merge ? keepEnds(old, changes) : changes;
    const body = merge ? mergeBody(old, changes, isEdge(collection) && !keepEdgeEnds) : replacement;
    const created = recordCreatedMs(bytes, record);
    const next = { ...this.#newRecord(key, body), createdMs: created };
    return this.#put(collection, next, { mode: 'replace', before, guard });
  }

  #newRecord(key: string, body: Uint8Array): NewRecord {
    const { host } = this.#parts;
    const nowMs = host.nowMs();
    return { key, revision: host.randomBytes(8), createdMs: nowMs, updatedMs: nowMs, body };
  }

  #put(
    collection: CollectionView,
    given: NewRecord,
    { mode, before, guard }: { mode: 'insert' | 'replace'; before?: DocumentPosition; guard: WriteGuard | undefined },
  ): RecordChange {
    const kept = guard?.withHidden(given, before) ?? given;
    const gate = this.#gateFor(collection, mode === 'insert' ? 'insert' : 'update');
    const record = gate === undefined ? kept : this.#passed(gate, collection, kept, before);
    if (record === undefined) {
      this.#putForNow(collection, kept, mode);
      // The statement goes on with it, and what it makes of it is put before other triggers: hidden members are hidden here too.
      return shownChange(guard, { record: kept, before });
    }
    // Of what the triggers have made of it: they may be what makes it right.
    guard?.requireResult(record);
    if (isEdge(collection)) requireEdgeEnds(record.body);
    if (collection.properties !== null) this.#parts.schemas.check(collection, record);
    try {
      this.#transaction.put(collection.name, record, mode);
    } catch (error) {
      throw guard === undefined ? error : withoutOwner(error);
    }
    return shownChange(guard, { record, before });
  }

  #gateFor(collection: CollectionView, event: TriggerEvent): WriteGate | undefined {
    return this.#gate?.concerns(collection.name, event) === true ? this.#gate : undefined;
  }

  /** What the before-triggers have made of a record; undefined while they have not decided. */
  #passed(
    gate: WriteGate,
    collection: CollectionView,
    record: NewRecord,
    before: DocumentPosition | undefined,
  ): NewRecord | undefined {
    const { key, body } = record;
    const place = { collection: collection.name, key, event: before === undefined ? 'insert' : 'update' } as const;
    const old = before === undefined ? null : decoded(collection, before);
    const decided = gate.pass({ ...place, body, old });
    return decided && { ...record, body: decided.body ?? body };
  }

  /** Until its triggers have decided, a record is there for the rest of a pass that will be undone. */
  #putForNow(collection: CollectionView, record: NewRecord, mode: 'insert' | 'replace'): void {
    try {
      this.#transaction.put(collection.name, record, mode);
    } catch {
      // A trigger may put right what is wrong with it.
    }
  }
}

/** A change as the one whom the guard holds is shown it. */
function shownChange(
  guard: WriteGuard | undefined,
  change: { readonly record: NewRecord; readonly before: DocumentPosition | undefined },
): RecordChange {
  if (guard === undefined) return change;
  return { record: guard.shownRecord(change.record), before: change.before && guard.shown(change.before) };
}

function decoded(collection: CollectionView, { bytes, record }: DocumentPosition): Value {
  return decodeDocument(`${collection.name}/`, bytes, record);
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

function unchangeable(collection: string): CairnError {
  return new CairnError(
    'invalid_argument',
    'Operation not supported: Update operations are not allowed on timeseries collections',
    { details: { collection, supported: false } },
  );
}
