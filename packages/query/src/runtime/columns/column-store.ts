import type { BlockReferenceCursor, CollectionView, ReadView } from '@cairn/storage/internal';
import { CollectionColumns, pathKey } from './collection-columns.ts';
import type { Column, FieldPath } from './column.ts';
import { ColumnScan } from './column-scan.ts';

export interface ColumnStoreOptions {
  /** Bytes of all columns together; 0 keeps none. */
  readonly budgetBytes: number;
  /** Keep columns from the first scan on and of collections of any size, for tests. */
  readonly eager?: boolean;
}

/** A scan of a plan and the fields that its loop reads. */
export interface ScanOfColumns {
  readonly collection: string;
  readonly columns: readonly FieldPath[];
}

/** Some five fields of a million documents. */
export const COLUMN_BUDGET_BYTES = 64 * 1024 * 1024;

/** Smaller collections are scanned in less time than it takes to think about it. */
const DOCUMENTS_MIN = 1000;
/** How often a field must have been asked for before it is kept: once is chance. */
const SCANS_MIN = 2;
/** What a column takes beside its chunks: its dictionary, above all. */
const COLUMN_BYTES = 16 * 1024;
/** Collections of which something is kept. */
const COLLECTIONS_MAX = 256;
/** Fields whose scans are counted; all counts begin anew beyond it. */
const COUNTED_MAX = 10_000;

/** Columns of all collections that one thread reads, within a budget. The clock evicts whole columns. */
export class ColumnStore {
  readonly #budgetBytes: number;
  readonly #eager: boolean;
  readonly #collections = new Map<string, CollectionColumns>();
  readonly #scans = new Map<string, number>();
  /** What the clock's hand goes over. */
  readonly #ring: { column: Column; collection: CollectionColumns }[] = [];
  #hand = 0;
  #sizeBytes = 0;

  constructor(options: ColumnStoreOptions) {
    this.#budgetBytes = options.budgetBytes;
    this.#eager = options.eager ?? false;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Notes that these scans are about to run; answers whether they should run over columns. */
  notice(database: string, view: ReadView, scans: readonly ScanOfColumns[]): boolean {
    if (this.#budgetBytes === 0) return false;
    let isWorthwhile = this.#eager;
    let isKnown = true;
    for (const { collection: name, columns } of scans) {
      const collection = view.collection(name);
      if (collection === undefined || collection.isNarrowed) return false;
      if (collection.approximateCount < DOCUMENTS_MIN) continue;
      isWorthwhile = true;
      for (const path of columns) {
        if (this.#count(`${keyOf(database, collection)}\n${pathKey(path)}`) < SCANS_MIN) isKnown = false;
      }
    }
    return isWorthwhile && (isKnown || this.#eager);
  }

  /** A walk over the rows of a collection, whose fields at `paths` are read as columns. */
  scan(
    database: string,
    collection: CollectionView,
    cursor: BlockReferenceCursor,
    paths: readonly FieldPath[],
    walk: { readonly isBackward: boolean; readonly isWhole: boolean },
  ): ColumnScan {
    const columns = this.#columnsOf(keyOf(database, collection));
    return new ColumnScan({
      store: this,
      collection: columns,
      documents: collection.approximateCount,
      cursor,
      paths,
      ...walk,
    });
  }

  /** The column of a path, noted as used; undefined when there is no room for it beside those that are wanted with it. */
  column(collection: CollectionColumns, path: FieldPath, wanted: readonly Column[]): Column | undefined {
    let column = collection.find(path);
    if (column === undefined) {
      column = this.reserve(COLUMN_BYTES, wanted) ? collection.add(path) : undefined;
      if (column === undefined) return undefined;
      this.charge(column, COLUMN_BYTES);
      this.#ring.push({ column, collection });
    }
    column.used = true;
    return column;
  }

  /** What is kept of a collection. Of many, the one that was scanned longest ago is forgotten: it may have been dropped. */
  #columnsOf(key: string): CollectionColumns {
    const known = this.#collections.get(key);
    const columns = known ?? new CollectionColumns();
    if (known !== undefined) this.#collections.delete(key);
    this.#collections.set(key, columns);
    if (this.#collections.size > COLLECTIONS_MAX) {
      const [oldest, forgotten] = this.#collections.entries().next().value!;
      this.#collections.delete(oldest);
      for (let at = this.#ring.length - 1; at >= 0; at--) if (this.#ring[at].collection === forgotten) this.#evict(at);
    }
    return columns;
  }

  #evict(at: number): void {
    const [{ column, collection }] = this.#ring.splice(at, 1);
    this.#sizeBytes -= collection.evict(column);
  }

  /** Makes room for more bytes of some columns by evicting others; false when there is none to be had. */
  reserve(bytes: number, wanted: readonly Column[]): boolean {
    const ring = this.#ring;
    for (let left = 2 * ring.length; this.#sizeBytes + bytes > this.#budgetBytes; left--) {
      if (left <= 0 || ring.length === 0) return false;
      if (this.#hand >= ring.length) this.#hand = 0;
      const { column } = ring[this.#hand];
      if (wanted.includes(column)) this.#hand++;
      else if (column.used) {
        // Its next chance comes with the next walk that wants room: two scans that want more than there is do not take turns.
        column.used = false;
        this.#hand++;
        if (left <= ring.length) return false;
      } else {
        this.#evict(this.#hand);
      }
    }
    return true;
  }

  /** Counts bytes that a column has taken. */
  charge(column: Column, bytes: number): void {
    column.sizeBytes += bytes;
    this.#sizeBytes += bytes;
  }

  /** Counts bytes that were given back. */
  giveBack(bytes: number): void {
    this.#sizeBytes -= bytes;
  }

  #count(key: string): number {
    if (this.#scans.size >= COUNTED_MAX) this.#scans.clear();
    const count = (this.#scans.get(key) ?? 0) + 1;
    this.#scans.set(key, count);
    return count;
  }
}

function keyOf(database: string, collection: CollectionView): string {
  return `${database}\n${collection.id}`;
}
