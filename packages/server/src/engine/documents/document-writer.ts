import { CairnError, encodeValue, isObject, type Value } from '@cairn/protocol/internal';
import type { DocumentWriter, WriteOutcome } from '@cairn/query/internal';
import { type CollectionView, decodeDocument, type Transaction } from '@cairn/storage/internal';
import type { RuleSubject } from '../../security/rights/rules/rule-subject.ts';
import { PROTECTED_COLLECTIONS } from '../../security/system-records.ts';
import { refuseGuarded } from '../automation/guarded-collections.ts';
import { SYSTEM_DATABASE } from '../system-database.ts';
import type { WriteGate } from '../triggers/write-gate.ts';
import { withoutSystemMembers } from './document-body.ts';
import { type RecordChange, RecordWriter, type WriteParts } from './record-writer.ts';
import { decodedRecord } from './render-record.ts';

/** What a query writes with: the same records, rules and transaction as the document commands. */
export class TransactionDocumentWriter implements DocumentWriter {
  readonly #writer: RecordWriter;
  readonly #database: string;

  constructor(
    database: string,
    transaction: Transaction,
    { parts, subject, gate }: { parts: WriteParts; subject: RuleSubject; gate?: WriteGate },
  ) {
    this.#database = database;
    this.#writer = new RecordWriter(transaction, parts, subject, gate);
  }

  insert(collection: string, document: Value, options: { overwrite?: boolean } = {}): WriteOutcome {
    const into = this.#collection(collection);
    const incoming = withoutSystemMembers(encodeValue(document));
    return this.#outcome(into, this.#writer.insert(into, incoming, options.overwrite ? 'replace' : 'refuse'));
  }

  update(collection: string, key: string, changes: Value, options: Value = null): WriteOutcome {
    return this.#change(collection, key, changes, {
      merge: true,
      keepEdgeEnds: true,
      ifRevision: wantedRevision(options),
    });
  }

  replace(collection: string, key: string, document: Value, options: Value = null): WriteOutcome {
    return this.#change(collection, key, document, {
      merge: false,
      keepEdgeEnds: true,
      ifRevision: wantedRevision(options),
    });
  }

  remove(collection: string, key: string): WriteOutcome {
    const from = this.#collection(collection);
    return this.#outcome(from, this.#writer.remove(from, key, {}));
  }

  #change(
    name: string,
    key: string,
    document: Value,
    options: { merge: boolean; keepEdgeEnds?: boolean; ifRevision?: string },
  ): WriteOutcome {
    const collection = this.#collection(name);
    const { body } = withoutSystemMembers(encodeValue(document));
    return this.#outcome(collection, this.#writer.update(collection, key, body, options));
  }

  #collection(name: string): CollectionView {
    if (this.#database === SYSTEM_DATABASE && PROTECTED_COLLECTIONS.has(name)) {
      throw new CairnError('permission_denied', `Collection '${name}' is written by its own commands only`);
    }
    refuseGuarded(name);
    return this.#writer.collection(name);
  }

  #outcome(collection: CollectionView, { record, before }: RecordChange): WriteOutcome {
    const prefix = `${this.#database}:${collection.name}/`;
    return {
      old: before === undefined ? null : decodeDocument(prefix, before.bytes, before.record),
      new: record === undefined ? null : decodedRecord(prefix, record),
    };
  }
}

/** The revision that `OPTIONS { if_rev: … }` insists on. */
function wantedRevision(options: Value): string | undefined {
  if (!isObject(options)) return undefined;
  return typeof options.if_rev === 'string' ? options.if_rev : undefined;
}
