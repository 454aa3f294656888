import { Account } from '../memory/account.ts';
import type { RowCodec } from './row-codec.ts';
import { RunMerge } from './run-merge.ts';
import { sortInSlices } from './sort-in-slices.ts';
import { type RowSource, RunWriter, type SortedRun } from './sorted-run.ts';
import type { SpillHost } from './spill-host.ts';

/** Runs that are merged at once: each has a read buffer, and together they should stay small beside the budget. */
const RUNS_MERGED_MAX = 64;
/** Rows that are merged between two looks at the clock. */
const ROWS_PER_LOOK = 512;

/** How rows are ordered and stored. */
export interface RowShape<Row> {
  readonly order: (left: Row, right: Row) => number;
  readonly codec: RowCodec<Row>;
}

/**
 * Sorts rows, equal ones as they came, in memory as long as the statement's budget lets it, else by external merge sort:
 * sorted runs go to the spill file and are merged (D. E. Knuth, "The Art of Computer Programming" 3, section 5.4).
 *
 * First `rows.push` and `kept +=` for each row, with `spill` whenever `shouldSpill`; then `finish`; then `next`. The
 * generators stop after each piece of work, so that the statement can give way.
 */
export class RowSorter<Row> extends Account implements RowSource<Row> {
  /** Rows that are still in memory, in no order. */
  rows: Row[] = [];
  readonly #shape: RowShape<Row>;
  readonly #host: SpillHost;
  #runs: SortedRun<Row>[] = [];
  #merge: RunMerge<Row> | undefined;
  #index = 0;

  constructor(shape: RowShape<Row>, host: SpillHost) {
    super(host.memory);
    this.#shape = shape;
    this.#host = host;
  }

  /** Asked when the budget is full. */
  get shouldSpill(): boolean {
    return this.isLarge && this.rows.length > 0;
  }

  get hasSpilled(): boolean {
    return this.#runs.length > 0;
  }

  /** Writes the rows in memory as one run. */
  *spill(): Generator<undefined> {
    const rows = yield* this.#sorted();
    const writer = new RunWriter(this.#shape.codec, this.#host);
    for (const row of rows) {
      if (!writer.add(row)) continue;
      this.#host.checkpoint();
      yield;
    }
    this.#runs.push(writer.finish());
    this.rows = [];
    this.release();
  }

  /** No more rows come: prepares `next`. */
  *finish(): Generator<undefined> {
    this.rows = yield* this.#sorted();
    while (this.#runs.length >= RUNS_MERGED_MAX) yield* this.#mergeRuns();
    if (this.#runs.length > 0)
      this.#merge = new RunMerge([...this.#runs, new ListedRows(this.rows)], this.#shape.order);
  }

  next(): Row | undefined {
    const row = this.#merge === undefined ? this.rows[this.#index++] : this.#merge.next();
    if (row === undefined) this.close();
    return row;
  }

  override close(): void {
    super.close();
    for (const run of this.#runs) run.close();
    this.#runs = [];
    this.#merge = undefined;
    this.rows = [];
  }

  #sorted(): Generator<undefined, Row[]> {
    return sortInSlices(this.rows, this.#shape.order, () => this.#host.checkpoint());
  }

  /** Merges neighbouring runs into longer ones, so that there are fewer. */
  *#mergeRuns(): Generator<undefined> {
    const longer: SortedRun<Row>[] = [];
    while (this.#runs.length > 0) {
      const merge = new RunMerge(this.#runs.slice(0, RUNS_MERGED_MAX), this.#shape.order);
      const writer = new RunWriter(this.#shape.codec, this.#host);
      let rows = 0;
      for (let row = merge.next(); row !== undefined; row = merge.next()) {
        writer.add(row);
        if (++rows % ROWS_PER_LOOK > 0) continue;
        this.#host.checkpoint();
        yield;
      }
      this.#runs.splice(0, RUNS_MERGED_MAX);
      longer.push(writer.finish());
    }
    this.#runs = longer;
  }
}

class ListedRows<Row> implements RowSource<Row> {
  readonly #rows: readonly Row[];
  #index = 0;

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  next(): Row | undefined {
    return this.#rows[this.#index++];
  }
}
