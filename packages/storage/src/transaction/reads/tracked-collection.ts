import type { Value } from '@cairn/protocol/internal';
import type { DocumentPosition } from '../../document/record.ts';
import { EntryReader } from '../../indexes/entry-reader.ts';
import { above, EntryCursor, entryRange, type IndexRange } from '../../indexes/range.ts';
import { keyRange } from '../committed-collection.ts';
import type {
  BlockReferenceCursor,
  CollectionView,
  IndexCursor,
  IndexEntryCursor,
  IndexView,
  KeyRange,
  ScanDirection,
} from '../read-view.ts';
import type { WorkingCollection } from '../working/working-collection.ts';
import type { WorkingIndex } from '../working/working-index.ts';
import type { CollectionReads } from './read-set.ts';
import { TrackedCursor } from './walked-range.ts';

/** A collection as a serializable transaction sees it: whatever is asked of it is noted down first. */
export class TrackedCollection implements CollectionView {
  readonly working: WorkingCollection;
  readonly #reads: CollectionReads;
  readonly indexes: readonly IndexView[];

  constructor(working: WorkingCollection, reads: CollectionReads) {
    this.working = working;
    this.#reads = reads;
    this.indexes = working.indexes.map((index) => new TrackedIndex(index, reads));
  }

  get id(): number {
    return this.working.id;
  }
  get name(): string {
    return this.working.name;
  }
  get type(): string {
    return this.working.type;
  }
  get properties(): Value {
    return this.working.properties;
  }
  get approximateCount(): number {
    return this.working.count;
  }

  get count(): number {
    this.#reads.counted = true;
    return this.working.count;
  }

  get(key: string): DocumentPosition | undefined {
    this.#reads.addKey(key);
    return this.working.get(key);
  }

  blocks(range: KeyRange = {}, direction: ScanDirection = 'forward'): BlockReferenceCursor {
    const walked = this.#reads.documents.walk(keyRange(range), direction === 'backward');
    return new TrackedCursor(this.working.blocks(range, direction), walked);
  }

  sampleBlocks(count: number): readonly { readonly bytes: Uint8Array }[] {
    return this.working.sampleBlocks(count);
  }
}

class TrackedIndex implements IndexView {
  readonly #working: WorkingIndex;
  readonly #reads: CollectionReads;

  constructor(working: WorkingIndex, reads: CollectionReads) {
    this.#working = working;
    this.#reads = reads;
  }

  get name(): string {
    return this.#working.name;
  }
  get fields(): readonly string[] {
    return this.#working.fields;
  }
  get unique(): boolean {
    return this.#working.unique;
  }
  get sparse(): boolean {
    return this.#working.sparse;
  }
  get type(): string {
    return this.#working.type;
  }
  get options(): Value {
    return this.#working.options;
  }
  get exact(): boolean {
    return this.#working.exact;
  }
  get approximateEntryCount(): number {
    return this.#working.entryCount;
  }

  get entryCount(): number {
    this.#reads.index(this.name).add({});
    return this.#working.entryCount;
  }

  scan(range: IndexRange, direction: ScanDirection = 'forward'): IndexCursor {
    return new EntryCursor(this.#walk(range, direction), direction === 'backward');
  }

  scanEntries(range: IndexRange, direction: ScanDirection = 'forward'): IndexEntryCursor {
    return new EntryReader(this.#walk(range, direction), direction === 'backward');
  }

  estimate(range: IndexRange): number {
    return this.#working.estimate(range);
  }

  estimateDistinct(): readonly number[] {
    return this.#working.estimateDistinct();
  }

  #walk(range: IndexRange, direction: ScanDirection): TrackedCursor {
    const walked = this.#reads.index(this.name).walk(entryRange(range), direction === 'backward');
    return new TrackedCursor(this.#working.entryBlocks(range, direction), walked);
  }
}

/** A write looks whether somebody has its unique values already; the commit would find out, unless it is taken back before. */
export function trackUniqueness(working: WorkingCollection, reads: CollectionReads, body: Uint8Array): void {
  for (const index of working.indexes) {
    if (!index.unique) continue;
    for (const { fields, hasNull } of index.entries(body)) {
      if (!hasNull) reads.index(index.name).add({ lower: fields, upper: above(fields) });
    }
  }
}
