import type { Value } from '@cairn/protocol/internal';
import { recordEnd, recordKeyEnd } from '../../block/layout.ts';
import type { CollectionVersion } from '../../database/database-version.ts';
import {
  type DocumentPosition,
  encodeDocumentKey,
  encodeRecordValue,
  type NewRecord,
  recordBody,
} from '../../document/record.ts';
import type { IndexEntry } from '../../indexes/index-entry.ts';
import type { Change } from '../../log/change.ts';
import { documentExists, documentNotFound } from '../../store/errors.ts';
import { sampleBlocks } from '../../tree/sample-blocks.ts';
import type { ByteRange } from '../../tree/tree-cursor.ts';
import type { ReadableTree } from '../../tree/tree-difference.ts';
import { TreeOverlay } from '../../tree/tree-overlay.ts';
import { documentCursor, searchKey } from '../committed-collection.ts';
import type { BlockReferenceCursor, CollectionView, KeyRange, ScanDirection } from '../read-view.ts';
import type { WorkingHost } from './working-host.ts';
import { WorkingIndex } from './working-index.ts';

/** Memory of a write besides its document, bytes, about: its places in maps, its key, its header. */
const WRITE_BYTES = 360;
/** And for each index: an entry that goes and one that comes. */
const INDEX_WRITE_BYTES = 400;

/** Stands for the value that a change took the place of, where nobody will ask for it. */
const NO_VALUE = new Uint8Array(0);

export type PutMode = 'insert' | 'replace' | 'upsert';

/** A collection with a transaction's changes on top: documents, index entries and counters move together. */
export class WorkingCollection implements CollectionView {
  base: CollectionVersion;
  readonly overlay: TreeOverlay;
  indexes: WorkingIndex[];
  readonly #host: WorkingHost;
  /** The value that each changed document has now, null for none: for the conflict check and for replaying. */
  readonly writes = new Map<string, Uint8Array | null>();
  count: number;

  constructor(base: CollectionVersion, host: WorkingHost) {
    this.base = base;
    this.#host = host;
    this.overlay = new TreeOverlay(base.tree, host.read, host);
    this.indexes = base.indexes.map((index) => new WorkingIndex(index, host));
    this.count = base.count;
  }

  /** Takes another state of the collection with the same description under the same changes. */
  moveTo(base: CollectionVersion): void {
    this.count += base.count - this.base.count;
    this.overlay.moveTo(base.tree);
    for (const [at, index] of this.indexes.entries()) index.moveTo(base.indexes[at]);
    this.base = base;
  }

  /** Takes another description of the same collection: changes stay, indexes come and go. */
  describe(base: CollectionVersion): void {
    const { base: before, indexes } = this;
    this.#host.undo()?.push(() => {
      this.base = before;
      this.indexes = indexes;
    });
    const known = new Map(indexes.map((index) => [index.base.tree.treeId, index]));
    this.base = base;
    this.indexes = base.indexes.map((index) => known.get(index.tree.treeId) ?? new WorkingIndex(index, this.#host));
  }

  get id(): number {
    return this.base.id;
  }
  get name(): string {
    return this.base.name;
  }
  get type(): string {
    return this.base.type;
  }
  get properties(): Value {
    return this.base.properties;
  }
  get approximateCount(): number {
    return this.count;
  }

  get(key: string): DocumentPosition | undefined {
    return this.overlay.find(searchKey(key));
  }

  blocks(range: KeyRange = {}, direction: ScanDirection = 'forward'): BlockReferenceCursor {
    return documentCursor(this.overlay.view(this.#host.undo()), this.#host.read, range, direction);
  }

  sampleBlocks(count: number): readonly { readonly bytes: Uint8Array }[] {
    const { tree } = this.base;
    return sampleBlocks(tree, count).map((reference) => ({ bytes: this.#host.read(tree.treeId, reference) }));
  }

  put(record: NewRecord, mode: PutMode): void {
    if (this.#host.memory !== undefined) this.#takeMemory(record.body.length);
    const key = encodeDocumentKey(record.key);
    const existing = this.overlay.find(key);
    if (mode === 'insert' && existing !== undefined) throw documentExists(this.name, record.key);
    if (mode === 'replace' && existing === undefined) throw documentNotFound(this.name, record.key);
    if (this.indexes.length > 0) this.#moveEntries(key, record.key, existing, record.body);
    const value = record.value ?? encodeRecordValue(record, this.#host.allocate);
    const before = existing === undefined ? undefined : this.#valueBefore(existing);
    this.#note({ kind: 'put', collection: this.name, key: record.key, value, before });
    this.#change(key, record.key, value, existing === undefined ? 1 : 0);
  }

  /** Does a change again without asking whether it is allowed: its commit will. */
  restore(name: string, record: NewRecord | null): void {
    const key = encodeDocumentKey(name);
    const existing = this.overlay.find(key);
    if (this.indexes.length > 0) this.#moveEntries(key, name, existing, record?.body, { checked: false });
    const value = record === null ? undefined : (record.value ?? encodeRecordValue(record, this.#host.allocate));
    const before = existing === undefined ? undefined : NO_VALUE;
    if (value !== undefined) this.#note({ kind: 'put', collection: this.name, key: name, value, before });
    else this.#note({ kind: 'delete', collection: this.name, key: name, before: NO_VALUE });
    const difference = (record === null ? 0 : 1) - (existing === undefined ? 0 : 1);
    this.#change(key, name, value, difference);
  }

  /** Whether there was such a document. */
  delete(key: string): boolean {
    const bytes = encodeDocumentKey(key);
    const existing = this.overlay.find(bytes);
    if (existing === undefined) return false;
    if (this.#host.memory !== undefined) this.#takeMemory(0);
    if (this.indexes.length > 0) this.#moveEntries(bytes, key, existing, undefined);
    this.#note({ kind: 'delete', collection: this.name, key, before: this.#valueBefore(existing) });
    this.#change(bytes, key, undefined, -1);
    return true;
  }

  /** What the journal says of the value that a change takes the place of: at least that there is one. */
  #valueBefore(existing: DocumentPosition): Uint8Array {
    return this.#host.keepsBefore ? storedValue(existing) : NO_VALUE;
  }

  /** Asks for room for one more write. @throws CairnError `limit_exceeded` */
  #takeMemory(bodyBytes: number): void {
    const memory = this.#host.memory!;
    const bytes = bodyBytes + WRITE_BYTES + this.indexes.length * INDEX_WRITE_BYTES;
    memory.take(bytes);
    this.#host.undo()?.push(() => memory.give(bytes));
  }

  #note(change: Change): void {
    if (!this.#host.notesDocuments()) return;
    this.#host.journal.push(change);
    this.#host.undo()?.push(() => this.#host.journal.pop());
  }

  #change(key: Uint8Array, name: string, value: Uint8Array | undefined, difference: number): void {
    const undo = this.#host.undo();
    if (undo !== undefined) {
      const before = this.writes.get(name);
      undo.push(() => {
        this.count -= difference;
        if (before === undefined) this.writes.delete(name);
        else this.writes.set(name, before);
      });
    }
    // Of a key of ASCII characters alone the overlay may keep the same text as the map of writes.
    this.overlay.set(key, value, undo, key.length === name.length ? name : undefined);
    this.writes.set(name, value ?? null);
    this.count += difference;
  }

  /** The first key of a range under which an earlier state holds another document, or none. */
  firstDifference(before: ReadableTree, range: ByteRange): Uint8Array | undefined {
    return this.overlay.firstDifference(before, range, this.#host.undo());
  }

  /** Takes the old document's entries out and puts the new one's in; all unique indexes are asked before any changes. */
  #moveEntries(
    key: Uint8Array,
    name: string,
    existing: DocumentPosition | undefined,
    body: Uint8Array | undefined,
    { checked } = { checked: true },
  ): void {
    const moves = this.indexes.map((index) => ({
      index,
      before: existing === undefined ? [] : index.entries(bodyOf(existing)),
      after: body === undefined ? [] : index.entries(body),
    }));
    if (checked) for (const { index, after } of moves) index.checkUnique(after, name, this.name);
    for (const { index, before, after } of moves) {
      for (const entry of before) if (!includes(after, entry)) index.remove(entry, key);
      for (const entry of after) if (!includes(before, entry)) index.add(entry, key, name);
    }
  }
}

function storedValue({ bytes, record }: DocumentPosition): Uint8Array {
  return bytes.subarray(recordKeyEnd(bytes, record), recordEnd(bytes, record));
}

function bodyOf({ bytes, record }: DocumentPosition): Uint8Array {
  return bytes.subarray(recordBody(bytes, record), recordEnd(bytes, record));
}

function includes(entries: readonly IndexEntry[], wanted: IndexEntry): boolean {
  return entries.some(
    ({ fields }) => fields.length === wanted.fields.length && Buffer.compare(fields, wanted.fields) === 0,
  );
}
