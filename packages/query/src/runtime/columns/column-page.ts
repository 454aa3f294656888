import { type ColumnChunk, PAGE_ROWS_MAX } from './column-chunk.ts';

/** Blocks that a page holds at most: bounds the marks of its chunks when blocks hold a row or two. */
const PAGE_BLOCKS_MAX = 512;

/** Where the rows of one block version lie: for all columns of its collection alike. */
export interface BlockPlace {
  readonly page: ColumnPage;
  /** The row of the block's first record. */
  readonly start: number;
  readonly count: number;
  /** The number of the block in its page. */
  readonly block: number;
}

/** A chunk and the blocks of its page that it has the values of. */
export interface PageColumn {
  readonly chunk: ColumnChunk;
  readonly filled: Uint8Array;
}

/**
 * Rows of some hundred blocks, one behind the other, with the chunks of the columns that are kept of them. Blocks that
 * follow each other in the collection mostly do so here, so that a loop runs over thousands of rows at a time.
 */
export class ColumnPage {
  /** By the columns' slots. */
  readonly columns: (PageColumn | undefined)[] = [];
  /** Whose page it is: a block's place may come from the columns of somebody else. */
  readonly owner: object;
  readonly rowsMax: number;
  #rows = 0;
  #blocks = 0;
  /** Its places count no more: most of its blocks have been changed since. */
  retired = false;

  constructor(owner: object, rowsMax: number) {
    this.owner = owner;
    this.rowsMax = Math.min(rowsMax, PAGE_ROWS_MAX);
  }

  get rows(): number {
    return this.#rows;
  }

  hasRoom(count: number): boolean {
    return this.#rows + count <= this.rowsMax && this.#blocks < PAGE_BLOCKS_MAX;
  }

  /** Rows for a block. */
  place(count: number): BlockPlace {
    const start = this.#rows;
    this.#rows += count;
    return { page: this, start, count, block: this.#blocks++ };
  }

  open(slot: number, chunk: ColumnChunk): PageColumn {
    const column = { chunk, filled: new Uint8Array(PAGE_BLOCKS_MAX) };
    this.columns[slot] = column;
    return column;
  }

  isFilled(slot: number, block: number): boolean {
    const column = this.columns[slot];
    return column !== undefined && column.filled[block] !== 0;
  }
}
