import type { RowSource } from './sorted-run.ts';

/** A source and the row that it would hand out next. */
interface Head<Row> {
  readonly source: RowSource<Row>;
  /** Place among the sources: of equal rows, the one of the earlier source comes first. */
  readonly place: number;
  row: Row;
}

/** Merges sources that are in order into one: a binary heap of their next rows. Equal rows keep the order of their sources. */
export class RunMerge<Row> implements RowSource<Row> {
  readonly #order: (left: Row, right: Row) => number;
  readonly #heads: Head<Row>[] = [];

  constructor(sources: readonly RowSource<Row>[], order: (left: Row, right: Row) => number) {
    this.#order = order;
    sources.forEach((source, place) => {
      const row = source.next();
      if (row !== undefined) this.#heads.push({ source, place, row });
    });
    for (let index = (this.#heads.length >> 1) - 1; index >= 0; index--) this.#siftDown(index);
  }

  next(): Row | undefined {
    const heads = this.#heads;
    if (heads.length === 0) return undefined;
    const head = heads[0];
    const { row } = head;
    const following = head.source.next();
    if (following !== undefined) {
      head.row = following;
      this.#siftDown(0);
      return row;
    }
    const last = heads.pop()!;
    if (last !== head) {
      heads[0] = last;
      this.#siftDown(0);
    }
    return row;
  }

  #siftDown(index: number): void {
    const heads = this.#heads;
    const head = heads[index];
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heads.length) break;
      if (child + 1 < heads.length && this.#precedes(heads[child + 1], heads[child])) child++;
      if (!this.#precedes(heads[child], head)) break;
      heads[index] = heads[child];
      index = child;
    }
    heads[index] = head;
  }

  #precedes(left: Head<Row>, right: Head<Row>): boolean {
    return (this.#order(left.row, right.row) || left.place - right.place) < 0;
  }
}
