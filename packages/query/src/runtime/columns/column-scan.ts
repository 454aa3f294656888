import { type BlockReference, type BlockReferenceCursor, type BlockSlice, recordCount } from '@cairn/storage/internal';
import type { CollectionColumns } from './collection-columns.ts';
import type { Column, FieldPath } from './column.ts';
import { ColumnChunk, PAGE_ROWS_MAX } from './column-chunk.ts';
import type { BlockPlace, ColumnPage } from './column-page.ts';
import type { ColumnStore } from './column-store.ts';
import { FieldLocator, type FieldPlaces } from './field-locator.ts';

/**
 * Rows of a stretch, after which the run looks at its clock. The first ones are short, since most walks with a LIMIT end
 * there, and what was walked over counts as read.
 */
const STRETCH_ROWS_MIN = 1;
const STRETCH_ROWS_MAX = 1024;

/** Fields of larger documents are read where they lie: a few of them would fill the budget. */
const KEPT_BLOCK_MAX_BYTES = 64 * 1024;

export interface ColumnScanParts {
  readonly store: ColumnStore;
  readonly collection: CollectionColumns;
  /** Documents in the collection. */
  readonly documents: number;
  readonly cursor: BlockReferenceCursor;
  readonly paths: readonly FieldPath[];
  readonly isBackward: boolean;
  /** The walk goes over the whole collection. */
  readonly isWhole: boolean;
}

/**
 * Walks a collection in stretches: rows [from, to) of chunks, one a path. Blocks whose columns are kept follow each other
 * without being read; others are read, and their columns filled or, where there is no room, lent for the one stretch.
 *
 * Stretches come in the order of the walk; backward, the rows of each are to be taken from the last to the first.
 */
export class ColumnScan {
  from = 0;
  to = 0;
  chunks: readonly ColumnChunk[] = [];
  /** The number in its block of the record that `locate` has found. */
  record = 0;

  readonly #parts: ColumnScanParts;
  #stretchRows = STRETCH_ROWS_MIN;
  #columns: readonly Column[] = [];
  #generation = -1;
  /** Blocks of the stretch and the rows at which they begin, in the order of the walk. */
  readonly #references: BlockReference[] = [];
  readonly #starts: number[] = [];
  /** The block that the stretch before could not take in. */
  #held: BlockReference | undefined;
  /** The block whose fields are lent; its records from `from` on are still to come. */
  #lent: BlockSlice | undefined;
  #lentBase = 0;
  #lentBytes: Uint8Array | undefined;
  #locator: FieldLocator | undefined;
  /** There was no room for another chunk, so none is tried for in this walk. */
  #isFull = false;
  readonly #walked = new Map<ColumnPage, number>();

  constructor(parts: ColumnScanParts) {
    this.#parts = parts;
  }

  /** Goes to the next stretch; false at the end. */
  next(): boolean {
    if (this.#lent !== undefined) return this.#lend(this.#lent);
    if (this.#generation !== this.#parts.collection.generation) this.#findColumns();
    let reference = this.#held ?? this.#parts.cursor.nextReference();
    this.#held = undefined;
    while (reference !== undefined) {
      const place = this.#parts.cursor.isWhole ? this.#filledPlace(reference) : undefined;
      if (place !== undefined) {
        this.#extend(reference, place);
        return true;
      }
      const slice = this.#parts.cursor.slice();
      if (slice !== undefined) return this.#lend(slice);
      reference = this.#parts.cursor.nextReference();
    }
    this.#end();
    return false;
  }

  /** The bytes of the block that a row of the stretch is from; `record` is then its number there. */
  locate(row: number): Uint8Array {
    if (this.#lentBase >= 0) {
      this.record = this.#lentBase + row;
      return this.#lentBytes!;
    }
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    const isBackward = this.#parts.isBackward;
    while (low < high) {
      const middle = isBackward ? (low + high) >> 1 : (low + high + 1) >> 1;
      if (isBackward) {
        if (starts[middle] <= row) high = middle;
        else low = middle + 1;
      } else if (starts[middle] <= row) low = middle;
      else high = middle - 1;
    }
    this.record = row - starts[low];
    return this.#parts.cursor.bytesOf(this.#references[low]);
  }

  #findColumns(): void {
    const { store, collection, paths } = this.#parts;
    const columns: Column[] = [];
    for (const path of paths) {
      const column = store.column(collection, path, columns);
      if (column === undefined) {
        this.#isFull = true;
        this.#columns = [];
        break;
      }
      columns.push(column);
    }
    if (columns.length === paths.length) this.#columns = columns;
    this.#generation = collection.generation;
  }

  /** A stretch that begins with a block, and goes on while the next ones lie behind it in the same page. */
  #extend(reference: BlockReference, first: BlockPlace): void {
    const { cursor, isBackward } = this.#parts;
    const { page } = first;
    const references = this.#references;
    const starts = this.#starts;
    references.length = 0;
    starts.length = 0;
    references.push(reference);
    starts.push(first.start);
    let from = first.start;
    let to = from + first.count;
    while (to - from < this.#stretchRows) {
      const next = cursor.nextReference();
      if (next === undefined) break;
      const place = cursor.isWhole ? this.#filledPlace(next) : undefined;
      const isAdjacent =
        place !== undefined &&
        place.page === page &&
        (isBackward ? place.start + place.count === from : place.start === to);
      if (!isAdjacent) {
        this.#held = next;
        break;
      }
      references.push(next);
      starts.push(place.start);
      if (isBackward) from = place.start;
      else to += place.count;
    }
    this.#stretchRows = Math.min(4 * this.#stretchRows, STRETCH_ROWS_MAX);
    this.from = from;
    this.to = to;
    this.#lentBase = -1;
    this.chunks = this.#columns.map(({ slot }) => page.columns[slot]!.chunk);
    this.#walked.set(page, (this.#walked.get(page) ?? 0) + to - from);
  }

  /** Where the block's rows lie, once all its columns are there; undefined when there is no room for them. */
  #filledPlace(reference: BlockReference): BlockPlace | undefined {
    if (this.#columns.length === 0) return undefined;
    const place = this.#parts.collection.placeOf(reference);
    if (place === undefined) return this.#fill(reference, undefined);
    for (const { slot } of this.#columns) {
      if (!place.page.isFilled(slot, place.block)) return this.#fill(reference, place);
    }
    return place;
  }

  #fill(reference: BlockReference, known: BlockPlace | undefined): BlockPlace | undefined {
    if (this.#isFull) return undefined;
    const { store, collection, cursor, documents } = this.#parts;
    const bytes = cursor.bytesOf(reference);
    const count = recordCount(bytes);
    if (count > PAGE_ROWS_MAX || bytes.length > KEPT_BLOCK_MAX_BYTES) return undefined;
    const page = known?.page ?? collection.tail(count, documents);
    // No column can grow by more than the block.
    if (!this.#reserve(this.#columns.length * bytes.length) || !this.#openChunks(page)) return undefined;
    const place = known ?? page.place(count);
    const isNew = known === undefined;
    const columns = isNew ? this.#columns : this.#columns.filter(({ slot }) => !page.isFilled(slot, place.block));
    const paths = isNew ? this.#parts.paths : columns.map(({ path }) => path);
    const fields = this.#locate(paths, bytes, 0, count);
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index];
      const grown = column.fill(page.columns[column.slot]!, place, fields[index].bytes, fields[index].offsets);
      if (grown > 0) store.charge(column, grown);
    }
    reference.attachment = place;
    return place;
  }

  #locate(paths: readonly FieldPath[], bytes: Uint8Array, from: number, to: number): readonly FieldPlaces[] {
    this.#locator ??= new FieldLocator(this.#parts.collection);
    return this.#locator.locate(paths, bytes, from, to);
  }

  #reserve(bytes: number): boolean {
    this.#isFull ||= !this.#parts.store.reserve(bytes, this.#columns);
    return !this.#isFull;
  }

  /** Sees to it that the page has a chunk for each column; false when there is no room for them. */
  #openChunks(page: ColumnPage): boolean {
    const unopened = this.#columns.filter(({ slot }) => page.columns[slot] === undefined);
    if (unopened.length === 0) return true;
    const { store } = this.#parts;
    if (!this.#reserve(unopened.reduce((sum, column) => sum + column.chunkBytes(page.rowsMax), 0))) return false;
    this.#generation = this.#parts.collection.generation;
    for (const column of unopened) {
      const chunk = column.openChunk(page.rowsMax);
      page.open(column.slot, chunk);
      store.charge(column, chunk.sizeBytes);
    }
    return true;
  }

  /** The next records of a block with fields where they lie; no more than the rows of a page at once. */
  #lend(slice: BlockSlice): boolean {
    const { paths, isBackward } = this.#parts;
    const count = Math.min(slice.to - slice.from, PAGE_ROWS_MAX);
    const from = isBackward ? slice.to - count : slice.from;
    const rest = isBackward ? { ...slice, to: from } : { ...slice, from: from + count };
    this.#lent = rest.from < rest.to ? rest : undefined;
    const fields = this.#locate(paths, slice.bytes, from, from + count);
    this.chunks = fields.map(({ bytes, offsets }) => ColumnChunk.lent(bytes, offsets));
    this.from = 0;
    this.to = count;
    this.#lentBase = from;
    this.#lentBytes = slice.bytes;
    return true;
  }

  #end(): void {
    const { store, collection, isWhole } = this.#parts;
    if (isWhole && !this.#isFull) store.giveBack(collection.retireStale(this.#walked));
  }
}
