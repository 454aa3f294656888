import { EncodedRows, skipValue } from '@cairn/protocol/internal';
import type { OpenQuery } from './open-query.ts';
import type { BatchRequest, RowBatch } from './running-query.ts';

/** How far a query is read before anybody has asked for the rows. */
export interface ReadAheadLimits {
  readonly rowsMax: number;
  readonly bytesMax: number;
  /** Milliseconds. */
  readonly timeMaxMs: number;
  readonly budget: ReadAheadBudget;
}

/** The bytes that all queries together have read ahead and keep. */
export class ReadAheadBudget {
  readonly #maxBytes: number;
  #keptBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isUsedUp(): boolean {
    return this.#keptBytes >= this.#maxBytes;
  }

  /** Bytes more, or fewer when negative. */
  keep(bytes: number): void {
    this.#keptBytes += bytes;
  }
}

/** A query whose next rows were fetched already; what is left of it comes after them. */
export class ReadAhead implements OpenQuery {
  readonly #query: OpenQuery;
  readonly #budget: ReadAheadBudget;
  #parts: Uint8Array[] = [];
  #rows = 0;
  #bytes = 0;
  #isWhole = false;

  private constructor(query: OpenQuery, budget: ReadAheadBudget) {
    this.#query = query;
    this.#budget = budget;
  }

  /** Reads the query to its end, or until a limit is reached. A query that fails is closed. */
  static async of(query: OpenQuery, wanted: BatchRequest, limits: ReadAheadLimits): Promise<ReadAhead> {
    const ahead = new ReadAhead(query, limits.budget);
    const startMs = performance.now();
    try {
      while (!ahead.#isWhole && ahead.#rows < limits.rowsMax && ahead.#bytes < limits.bytesMax) {
        if (limits.budget.isUsedUp || performance.now() - startMs > limits.timeMaxMs) break;
        ahead.#keep(await query.next(wanted));
      }
    } catch (error) {
      ahead.close();
      throw error;
    }
    if (ahead.#isWhole) query.close();
    return ahead;
  }

  /** How many rows there are yet; undefined when the query was not read to its end. */
  get rowsLeft(): number | undefined {
    return this.#isWhole ? this.#rows : undefined;
  }

  get warnings(): readonly string[] {
    return this.#query.warnings;
  }

  async next(wanted: BatchRequest): Promise<RowBatch> {
    const { parts, count, isFull } = this.#take(wanted);
    if (this.#isWhole || isFull || count >= wanted.rowsMax) {
      return { rows: new EncodedRows(count, parts), done: this.#isWhole && this.#rows === 0 };
    }
    const more = await this.#query.next({ ...wanted, rowsMax: wanted.rowsMax - count });
    return { rows: new EncodedRows(count + more.rows.count, [...parts, ...more.rows.parts]), done: more.done };
  }

  close(): void {
    this.#budget.keep(-this.#bytes);
    this.#bytes = 0;
    this.#parts = [];
    this.#query.close();
  }

  #keep({ rows, done }: RowBatch): void {
    this.#parts.push(...rows.parts);
    this.#rows += rows.count;
    this.#bytes += rows.sizeBytes;
    this.#budget.keep(rows.sizeBytes);
    this.#isWhole = done;
  }

  /** As many of the kept rows as were asked for; at least one, however large it is. */
  #take({ rowsMax, bytesMax }: BatchRequest): { parts: Uint8Array[]; count: number; isFull: boolean } {
    const parts: Uint8Array[] = [];
    let [count, bytes, isFull] = [0, 0, false];
    while (this.#parts.length > 0 && count < rowsMax && !isFull) {
      const part = this.#parts.shift()!;
      let end = 0;
      while (end < part.length && count < rowsMax) {
        const next = skipValue(part, end);
        isFull = count > 0 && bytes + next - end > bytesMax;
        if (isFull) break;
        bytes += next - end;
        end = next;
        count++;
      }
      if (end > 0) parts.push(part.subarray(0, end));
      if (end < part.length) this.#parts.unshift(part.subarray(end));
    }
    this.#rows -= count;
    this.#bytes -= bytes;
    this.#budget.keep(-bytes);
    return { parts, count, isFull };
  }
}
