import type { Value } from '@cairn/protocol/internal';
import { recordKeyEnd, recordKeyStart } from '../../block/layout.ts';
import type { IndexVersion } from '../../database/database-version.ts';
import { readUtf8 } from '../../document/text.ts';
import { EntryReader } from '../../indexes/entry-reader.ts';
import type { EntrySorter, SortedEntry } from '../../indexes/entry-sorter.ts';
import { entriesOf, entryKey, entryValue, type IndexEntry } from '../../indexes/index-entry.ts';
import { estimateDistinct, estimateEntries } from '../../indexes/index-estimate.ts';
import { documentKeyOf, EntryCursor, entryRange, fieldsLength, type IndexRange } from '../../indexes/range.ts';
import { uniqueViolation } from '../../store/errors.ts';
import { type ByteRange, TreeCursor } from '../../tree/tree-cursor.ts';
import type { ReadableTree } from '../../tree/tree-difference.ts';
import { type ReadBlock, TreeOverlay, type UndoLog } from '../../tree/tree-overlay.ts';
import type { IndexCursor, IndexEntryCursor, IndexView, ScanDirection } from '../read-view.ts';
import type { WorkingHost } from './working-host.ts';

/** Entries of a new index that gather before they are put into blocks: few enough to die young, before they are moved to the old heap. */
const FILL_PART_ENTRIES = 2_000;

/** An index with a transaction's changes on top. */
export class WorkingIndex implements IndexView {
  base: IndexVersion;
  readonly overlay: TreeOverlay;
  readonly #read: ReadBlock;
  readonly #undo: () => UndoLog | undefined;
  /** Of a unique index: who holds the values that this transaction has touched; null for nobody. */
  readonly #owners = new Map<string, string | null>();
  entryCount: number;
  /** Entries of this transaction that do not hold their values whole. */
  #inexactEntries = 0;

  constructor(base: IndexVersion, host: WorkingHost) {
    this.base = base;
    this.overlay = new TreeOverlay(base.tree, host.read, host);
    this.#read = host.read;
    this.#undo = host.undo;
    this.entryCount = base.entryCount;
  }

  /** Takes another state of the index, or another description of it, under the same changes. */
  moveTo(base: IndexVersion): void {
    this.entryCount += base.entryCount - this.base.entryCount;
    this.base = base;
    this.overlay.moveTo(base.tree);
  }

  get exact(): boolean {
    return this.base.exact && this.#inexactEntries === 0;
  }

  get name(): string {
    return this.base.name;
  }
  get fields(): readonly string[] {
    return this.base.fields;
  }
  get unique(): boolean {
    return this.base.unique;
  }
  get sparse(): boolean {
    return this.base.sparse;
  }
  get type(): string {
    return this.base.type;
  }
  get options(): Value {
    return this.base.options;
  }

  get approximateEntryCount(): number {
    return this.entryCount;
  }

  scan(range: IndexRange, direction: ScanDirection = 'forward'): IndexCursor {
    return new EntryCursor(this.entryBlocks(range, direction), direction === 'backward');
  }

  scanEntries(range: IndexRange, direction: ScanDirection = 'forward'): IndexEntryCursor {
    return new EntryReader(this.entryBlocks(range, direction), direction === 'backward');
  }

  estimate(range: IndexRange): number {
    return estimateEntries(this.base.tree, this.#read, entryRange(range), this.base.entryCount);
  }

  estimateDistinct(): readonly number[] {
    const { fields, entryCount, exact, tree } = this.base;
    return estimateDistinct(tree, this.#read, { fieldCount: fields.length, entryCount, exact });
  }

  /** The blocks of the entries in a range. */
  entryBlocks(range: IndexRange, direction: ScanDirection): TreeCursor {
    return new TreeCursor(this.overlay.view(this.#undo()), this.#read, entryRange(range), direction === 'backward');
  }

  entries(body: Uint8Array): IndexEntry[] {
    return entriesOf(body, this.base.paths, this.base.sparse);
  }

  /** Refuses entries whose values another document holds already. */
  checkUnique(entries: readonly IndexEntry[], key: string, collection: string): void {
    if (!this.base.unique) return;
    for (const entry of entries) {
      if (entry.hasNull) continue;
      const owner = this.#ownerOf(entry.fields);
      if (owner !== undefined && owner !== null && owner !== key)
        throw uniqueViolation(collection, this.name, this.fields, owner);
    }
  }

  add(entry: IndexEntry, documentKey: Uint8Array, key: string): void {
    const undo = this.#undo();
    this.overlay.set(entryKey(entry.fields, documentKey), entryValue(entry.fields), undo);
    this.#note(1, entry, key, undo);
  }

  remove(entry: IndexEntry, documentKey: Uint8Array): void {
    const undo = this.#undo();
    this.overlay.set(entryKey(entry.fields, documentKey), undefined, undo);
    this.#note(-1, entry, null, undo);
  }

  /**
   * Takes the entries of all documents into an index that has none. They come in order, so each part of them goes behind
   * the one before, and a value that two documents hold shows between neighbours.
   */
  fill(sorter: EntrySorter, facts: { exact: boolean; collection: string }): void {
    const undo = this.#undo();
    let before: SortedEntry | undefined;
    let pending = 0;
    for (const entry of sorter.inOrder()) {
      if (this.unique && before !== undefined) this.#refuseTwins(before, entry, facts.collection);
      before = entry;
      this.overlay.set(entry.key, entryValue(entry.key.subarray(0, entry.fieldsLength)), undo);
      if (++pending < FILL_PART_ENTRIES) continue;
      this.overlay.view(undo);
      pending = 0;
    }
    this.#count(sorter.count, facts.exact, undo);
  }

  /** The first key of a range under which an earlier state of the index holds something else. */
  firstDifference(before: ReadableTree, range: ByteRange): Uint8Array | undefined {
    return this.overlay.firstDifference(before, range, this.#undo());
  }

  #count(entries: number, exact: boolean, undo: UndoLog | undefined): void {
    const inexact = exact ? 0 : 1;
    this.entryCount += entries;
    this.#inexactEntries += inexact;
    undo?.push(() => {
      this.entryCount -= entries;
      this.#inexactEntries -= inexact;
    });
  }

  #refuseTwins(before: SortedEntry, entry: SortedEntry, collection: string): void {
    const length = entry.fieldsLength;
    if (entry.hasNull || before.fieldsLength !== length) return;
    for (let at = 0; at < length; at++) if (before.key[at] !== entry.key[at]) return;
    const owner = readUtf8(before.key, length, before.key.length);
    throw uniqueViolation(collection, this.name, this.fields, owner);
  }

  #note(change: 1 | -1, entry: IndexEntry, owner: string | null, undo: UndoLog | undefined): void {
    this.#count(change, entry.exact || change < 0, undo);
    if (!this.base.unique || entry.hasNull) return;
    const name = Buffer.prototype.latin1Slice.call(entry.fields, 0, entry.fields.length);
    const before = this.#owners.get(name);
    undo?.push(() => (before === undefined ? this.#owners.delete(name) : this.#owners.set(name, before)));
    this.#owners.set(name, owner);
  }

  #ownerOf(fields: Uint8Array): string | null | undefined {
    const name = Buffer.prototype.latin1Slice.call(fields, 0, fields.length);
    const touched = this.#owners.get(name);
    if (touched !== undefined) return touched;
    const found = this.overlay.firstFolded(fields);
    if (found === undefined || fieldsLength(found.bytes, found.record) !== fields.length) return undefined;
    const start = recordKeyStart(found.bytes, found.record);
    if (recordKeyEnd(found.bytes, found.record) - start < fields.length) return undefined;
    for (let at = 0; at < fields.length; at++) if (found.bytes[start + at] !== fields[at]) return undefined;
    return documentKeyOf(found.bytes, found.record);
  }
}
