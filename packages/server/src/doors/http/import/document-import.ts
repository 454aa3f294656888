import {
  CairnError,
  type CommandName,
  type ErrorCode,
  encodeValue,
  type OkReply,
  RawValue,
  type SourceRecord,
  type Value,
  type ValueObject,
} from '@cairn/protocol/internal';
import { IMPORT_BATCH_BYTES, IMPORT_BATCH_DOCUMENTS } from '../../../limits.ts';
import type { CommandFields } from '../route/route.ts';

/** Where documents go, and by what mode. */
export interface ImportTarget {
  readonly database: string;
  readonly collection: string;
  readonly mode: string | undefined;
  run(command: CommandName, fields: CommandFields): Promise<OkReply>;
}

/** Failures that are told one by one; more are only counted. */
const TOLD_FAILURES_MAX = 20;
/** What a document may be at fault for, so that the others of its batch go in without it. */
const FAULTS_OF_DOCUMENTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'already_exists',
  'unique_violation',
  'schema_violation',
  'invalid_argument',
]);
/** Members that exports add to documents. */
const ADDED_MEMBERS = ['_collectionType', '_shardConfig'];

/** Puts records into a collection in batches. A document that cannot go in is counted, and holds up no other. */
export class DocumentImport {
  readonly #target: ImportTarget;
  #batch: { readonly document: ValueObject; readonly line: number }[] = [];
  #batchBytes = 0;
  #isThere = false;
  #imported = 0;
  #failed = 0;
  readonly #failures: ValueObject[] = [];

  constructor(target: ImportTarget) {
    this.#target = target;
  }

  async take(record: SourceRecord): Promise<void> {
    if (record.kind === 'bad') {
      this.#fail(record.line, record.reason);
      return;
    }
    this.#batch.push({ document: record.document, line: record.line });
    this.#batchBytes += record.bytes;
    if (this.#batch.length >= IMPORT_BATCH_DOCUMENTS || this.#batchBytes >= IMPORT_BATCH_BYTES) await this.#send();
  }

  /** Sends what is left, and answers how it went. */
  async end(): Promise<Value> {
    if (this.#batch.length > 0) await this.#send();
    const [count, failed] = [this.#imported, this.#failed];
    return { status: 'imported', count, imported: count, failed, errors: [...this.#failures] };
  }

  async #send(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    if (!this.#isThere) await this.#makeCollection(batch[0]!.document);
    const documents = batch.map(({ document }) => withoutAdded(document));
    try {
      await this.#import(documents);
    } catch (error) {
      if (!isFaultOfDocument(error)) throw error;
      for (const [index, { line }] of batch.entries()) await this.#importOne(documents[index]!, line);
    }
  }

  async #importOne(document: ValueObject, line: number): Promise<void> {
    try {
      await this.#import([document]);
    } catch (error) {
      if (!isFaultOfDocument(error)) throw error;
      this.#fail(line, error.message);
    }
  }

  async #import(documents: ValueObject[]): Promise<void> {
    const { database, collection, mode } = this.#target;
    const bytes = encodeValue(documents);
    const raw = new RawValue(bytes, 0, bytes.length);
    await this.#target.run('import_collection', { database, collection, mode, documents: raw });
    this.#imported += documents.length;
  }

  /** Exports say what type of collection their documents are of. */
  async #makeCollection({ _collectionType: type }: ValueObject): Promise<void> {
    const { database, collection } = this.#target;
    try {
      await this.#target.run('collection_stats', { database, collection });
    } catch (error) {
      const isMissing =
        error instanceof CairnError && error.code === 'not_found' && error.details.collection !== undefined;
      if (!isMissing) throw error;
      const fields = { database, name: collection, type: typeof type === 'string' ? type : undefined };
      await this.#target.run('create_collection', fields);
    }
    this.#isThere = true;
  }

  #fail(line: number, reason: string): void {
    this.#failed++;
    if (this.#failures.length < TOLD_FAILURES_MAX) this.#failures.push({ line, reason });
  }
}

function isFaultOfDocument(error: unknown): error is CairnError {
  return error instanceof CairnError && FAULTS_OF_DOCUMENTS.has(error.code);
}

function withoutAdded(document: ValueObject): ValueObject {
  if (!ADDED_MEMBERS.some((name) => Object.hasOwn(document, name))) return document;
  return Object.fromEntries(Object.entries(document).filter(([name]) => !ADDED_MEMBERS.includes(name)));
}
