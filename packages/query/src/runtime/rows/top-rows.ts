import { Account } from '../memory/account.ts';
import { type RowShape, RowSorter } from '../spill/row-sorter.ts';
import type { SpillHost } from '../spill/spill-host.ts';
import { TopHeap } from './top-heap.ts';

/** Rows that are skipped between two looks at the clock. */
const SKIPPED_PER_LOOK = 512;

/**
 * The first rows of an order: in a heap as long as the statement's budget lets it, then, for a limit of millions, by
 * sorting all rows. The order must part any two rows.
 */
export class TopRows<Row> extends Account {
  /** The row that the next better one pushes out; meaningful while `full`. */
  worst!: Row;
  /** Rows behind `worst` need not be added. */
  full = false;
  readonly #limits: { readonly offset: number; readonly count: number };
  readonly #host: SpillHost;
  readonly #sorter: RowSorter<Row>;
  #heap: TopHeap<Row> | undefined;
  #sorted: readonly Row[] = [];
  #index = 0;

  constructor(shape: RowShape<Row>, limits: { offset: number; count: number }, host: SpillHost) {
    super(host.memory);
    this.#limits = limits;
    this.#host = host;
    this.#sorter = new RowSorter(shape, host);
    this.#heap = new TopHeap(limits.offset + limits.count, shape.order);
  }

  get shouldSpill(): boolean {
    return this.isLarge;
  }

  /** Adds a row: while not full any row, then only one that comes before `worst`. */
  add(row: Row): void {
    if (this.#heap === undefined) {
      this.#sorter.rows.push(row);
      return;
    }
    this.#heap.add(row);
    this.worst = this.#heap.worst;
    this.full = this.#heap.full;
  }

  *spill(): Generator<undefined> {
    if (this.#heap !== undefined) {
      for (const row of this.#heap.rows) this.#sorter.rows.push(row);
      this.#heap = undefined;
      this.full = false;
    }
    yield* this.#sorter.spill();
    this.release();
  }

  /** No more rows come: prepares `next`. */
  *finish(): Generator<undefined> {
    if (this.#heap !== undefined) {
      this.#sorted = this.#heap.sorted(this.#limits.offset);
      return;
    }
    yield* this.#sorter.finish();
    for (let skipped = 0; skipped < this.#limits.offset; skipped++) {
      if (this.#sorter.next() === undefined) return;
      if (skipped % SKIPPED_PER_LOOK > 0) continue;
      this.#host.checkpoint();
      yield;
    }
  }

  next(): Row | undefined {
    const row = this.#heap === undefined ? this.#sortedOutside() : this.#sorted[this.#index++];
    if (row === undefined) this.close();
    return row;
  }

  override close(): void {
    super.close();
    this.#sorter.close();
    this.#sorted = [];
  }

  #sortedOutside(): Row | undefined {
    return this.#index++ < this.#limits.count ? this.#sorter.next() : undefined;
  }
}
