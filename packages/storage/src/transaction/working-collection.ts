import type { Value } from '@cairn/protocol/internal';
import { recordEnd, recordKeyEnd } from '../block/layout.ts';
import type { CollectionVersion } from '../database/database-version.ts';
import {
  type DocumentPosition,
  encodeDocumentKey,
  encodeRecordValue,
  type NewRecord,
  recordBody,
} from '../document/record.ts';
import type { IndexEntry } from '../indexes/index-entry.ts';
import type { Change } from '../log/change.ts';
import { documentExists, documentNotFound } from '../store/errors.ts';
import { type ReadBlock, TreeOverlay, type UndoLog } from '../tree/tree-overlay.ts';
import { documentCursor, searchKey } from './committed-collection.ts';
import type { BlockReferenceCursor, CollectionView, KeyRange, ScanDirection } from './read-view.ts';
import { WorkingIndex } from './working-index.ts';

export type PutMode = 'insert' | 'replace' | 'upsert';

/** A collection with a transaction's changes on top: documents, index entries and counters move together. */
export class WorkingCollection implements CollectionView {
  readonly base: CollectionVersion;
  readonly overlay: TreeOverlay;
  readonly indexes: WorkingIndex[];
  readonly #read: ReadBlock;
  readonly #undo: () => UndoLog | undefined;
  readonly #journal: Change[];
  /** The last change of each document, for the conflict check and for replaying. */
  readonly writes = new Map<string, NewRecord | null>();
  count: number;

  /** @param journal where each change is noted, in order: what the change log will say of it */
  constructor(
    base: CollectionVersion,
    read: ReadBlock,
    blockMaxBytes: number,
    undo: () => UndoLog | undefined,
    journal: Change[],
  ) {
    this.base = base;
    this.#read = read;
    this.#undo = undo;
    this.#journal = journal;
    this.overlay = new TreeOverlay(base.tree, read, blockMaxBytes);
    this.indexes = base.indexes.map((index) => new WorkingIndex(index, read, blockMaxBytes, undo));
    this.count = base.count;
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

  get(key: string): DocumentPosition | undefined {
    return this.overlay.find(searchKey(key));
  }

  blocks(range: KeyRange = {}, direction: ScanDirection = 'forward'): BlockReferenceCursor {
    return documentCursor(this.overlay.view(this.#undo()), this.#read, range, direction);
  }

  put(record: NewRecord, mode: PutMode): void {
    const key = encodeDocumentKey(record.key);
    const existing = this.overlay.find(key);
    if (mode === 'insert' && existing !== undefined) throw documentExists(this.name, record.key);
    if (mode === 'replace' && existing === undefined) throw documentNotFound(this.name, record.key);
    if (this.indexes.length > 0) this.#moveEntries(key, record.key, existing, record.body);
    const value = encodeRecordValue(record);
    const before = existing === undefined ? undefined : storedValue(existing);
    this.#note({ kind: 'put', collection: this.name, key: record.key, value, before });
    this.#change(key, record.key, value, record, existing === undefined ? 1 : 0);
  }

  /** Whether there was such a document. */
  delete(key: string): boolean {
    const bytes = encodeDocumentKey(key);
    const existing = this.overlay.find(bytes);
    if (existing === undefined) return false;
    if (this.indexes.length > 0) this.#moveEntries(bytes, key, existing, undefined);
    this.#note({ kind: 'delete', collection: this.name, key, before: storedValue(existing) });
    this.#change(bytes, key, undefined, null, -1);
    return true;
  }

  #note(change: Change): void {
    this.#journal.push(change);
    this.#undo()?.push(() => this.#journal.pop());
  }

  #change(
    key: Uint8Array,
    name: string,
    value: Uint8Array | undefined,
    write: NewRecord | null,
    difference: number,
  ): void {
    const undo = this.#undo();
    if (undo !== undefined) {
      const before = this.writes.get(name);
      const { count } = this;
      undo.push(() => {
        this.count = count;
        if (before === undefined) this.writes.delete(name);
        else this.writes.set(name, before);
      });
    }
    this.overlay.set(key, value, undo);
    this.writes.set(name, write);
    this.count += difference;
  }

  /** Takes the old document's entries out and puts the new one's in; all unique indexes are asked before any changes. */
  #moveEntries(
    key: Uint8Array,
    name: string,
    existing: DocumentPosition | undefined,
    body: Uint8Array | undefined,
  ): void {
    const moves = this.indexes.map((index) => ({
      index,
      before: existing === undefined ? [] : index.entries(bodyOf(existing)),
      after: body === undefined ? [] : index.entries(body),
    }));
    for (const { index, after } of moves) index.checkUnique(after, name, this.name);
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
