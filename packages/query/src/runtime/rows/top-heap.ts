/** Orders rows; 0 only for a row and itself, since arrival breaks ties. */
export type RowOrder<Row> = (left: Row, right: Row) => number;

/** Keeps the first `capacity` rows of an order while rows arrive: a binary heap with the last of them on top. */
export class TopHeap<Row> {
  readonly capacity: number;
  readonly #order: RowOrder<Row>;
  readonly #rows: Row[] = [];
  /** The row that the next better one pushes out; meaningful once `full`. */
  worst!: Row;
  full = false;

  constructor(capacity: number, order: RowOrder<Row>) {
    this.capacity = capacity;
    this.#order = order;
  }

  /** Adds a row that is known to belong: while not full any row, then only one that comes before `worst`. */
  add(row: Row): void {
    const rows = this.#rows;
    if (rows.length < this.capacity) {
      rows.push(row);
      this.#siftUp(rows.length - 1);
      this.full = rows.length === this.capacity;
    } else {
      rows[0] = row;
      this.#siftDown(0);
    }
    this.worst = rows[0];
  }

  /** The rows kept, in no order. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** The rows kept, in order, without the first `skip`. */
  sorted(skip: number): Row[] {
    return this.#rows.sort(this.#order).slice(skip);
  }

  #siftUp(index: number): void {
    const rows = this.#rows;
    const row = rows[index];
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#order(rows[parent], row) >= 0) break;
      rows[index] = rows[parent];
      index = parent;
    }
    rows[index] = row;
  }

  #siftDown(index: number): void {
    const rows = this.#rows;
    const row = rows[index];
    for (;;) {
      let child = 2 * index + 1;
      if (child >= rows.length) break;
      if (child + 1 < rows.length && this.#order(rows[child + 1], rows[child]) > 0) child++;
      if (this.#order(row, rows[child]) >= 0) break;
      rows[index] = rows[child];
      index = child;
    }
    rows[index] = row;
  }
}
