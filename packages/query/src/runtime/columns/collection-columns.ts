import type { BlockReference } from '@cairn/storage/internal';
import { compileExtractor, type FieldExtractor } from '../../compile/field-finder/field-extractor.ts';
import { Column, type FieldPath } from './column.ts';
import { type BlockPlace, ColumnPage } from './column-page.ts';

/** Columns of one collection at most: bounds what each of its pages holds. */
const COLUMNS_MAX = 64;
/** Pages of small collections are as large as these, with room for some growth. */
const PAGE_ROWS_MIN = 64;
const GROWTH_ROOM = 1.25;
/** Sets of paths whose finders are remembered; all are forgotten beyond it. */
const EXTRACTORS_MAX = 64;

/** The columns kept of one collection, and where its blocks' rows lie in them. */
export class CollectionColumns {
  readonly #columns = new Map<string, Column>();
  readonly #slots: (Column | undefined)[] = [];
  readonly #extractors = new Map<string, FieldExtractor>();
  #pages: ColumnPage[] = [];
  /** Grows when a column is evicted: slots mean something else then. */
  generation = 0;

  find(path: FieldPath): Column | undefined {
    return this.#columns.get(pathKey(path));
  }

  /** A new column for a path; undefined when there are too many. */
  add(path: FieldPath): Column | undefined {
    let slot = this.#slots.indexOf(undefined);
    if (slot < 0) slot = this.#slots.length;
    if (slot >= COLUMNS_MAX) return undefined;
    const column = new Column(path, slot);
    this.#columns.set(pathKey(path), column);
    this.#slots[slot] = column;
    return column;
  }

  /** Where the rows of a block lie; undefined for one that has no place (any more). */
  placeOf(reference: BlockReference): BlockPlace | undefined {
    const place = reference.attachment as BlockPlace | undefined;
    if (place === undefined || place.page.retired || place.page.owner !== this) return undefined;
    return place;
  }

  /** The page for the next block of so many records. */
  tail(count: number, collectionCount: number): ColumnPage {
    const last = this.#pages.at(-1);
    if (last?.hasRoom(count)) return last;
    const rows = Math.max(PAGE_ROWS_MIN, count, Math.ceil(GROWTH_ROOM * collectionCount));
    const page = new ColumnPage(this, rows);
    this.#pages.push(page);
    return page;
  }

  /** The finder of the fields at some paths, compiled once. */
  extractor(paths: readonly FieldPath[]): FieldExtractor {
    const key = JSON.stringify(paths);
    let extractor = this.#extractors.get(key);
    if (extractor === undefined) {
      if (this.#extractors.size >= EXTRACTORS_MAX) this.#extractors.clear();
      this.#extractors.set(key, (extractor = compileExtractor(paths)));
    }
    return extractor;
  }

  /** Forgets a column; answers the bytes given back. */
  evict(column: Column): number {
    for (const page of this.#pages) page.columns[column.slot] = undefined;
    this.#columns.delete(pathKey(column.path));
    this.#slots[column.slot] = undefined;
    this.generation++;
    return column.sizeBytes;
  }

  /**
   * Gives up pages that hold mostly rows of blocks that are no more.
   * @param walked rows of each page that a walk over the whole collection has met
   * @returns the bytes given back
   */
  retireStale(walked: ReadonlyMap<ColumnPage, number>): number {
    let freed = 0;
    const tail = this.#pages.at(-1);
    this.#pages = this.#pages.filter((page) => {
      if (page === tail || 2 * (walked.get(page) ?? 0) >= page.rows) return true;
      page.retired = true;
      for (const column of this.#columns.values()) {
        const bytes = page.columns[column.slot]?.chunk.sizeBytes ?? 0;
        column.sizeBytes -= bytes;
        freed += bytes;
      }
      return false;
    });
    return freed;
  }
}

/** Path and key are one to one. */
export function pathKey(path: FieldPath): string {
  return path.length === 1 ? `1${path[0]}` : JSON.stringify(path);
}
