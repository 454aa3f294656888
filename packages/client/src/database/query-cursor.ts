import type { Value, ValueObject } from '@cairn/protocol';
import type { Channel } from '../connection/channel.ts';
import type { CommandOptions } from '../options.ts';

/** How many documents a statement has changed. */
export interface StatementChanges {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/**
 * The rows of a query, fetched a batch at a time while they are read. All come from one snapshot. Leaving a `for await`
 * early closes the cursor on the server.
 *
 * @example
 * for await (const user of await db.queryCursor('FOR u IN users RETURN u')) {
 *   if (user.name === 'Ann') break;
 * }
 */
export class QueryCursor<T = Value> implements AsyncIterable<T> {
  readonly #channel: Channel;
  readonly #options: CommandOptions & { readonly batchSize: number };
  #rows: Value[];
  #id: string | undefined;
  /** What the server had to say about the query so far. */
  warnings: readonly string[] = [];
  /** What the statement has changed; absent when it only reads, and when its rows did not come in one batch. */
  readonly changes: StatementChanges | undefined;

  /** @param first the reply to the query itself */
  constructor(channel: Channel, first: ValueObject, options: CommandOptions & { readonly batchSize: number }) {
    this.#channel = channel;
    this.#options = options;
    this.#rows = [];
    this.changes = first.changes as unknown as StatementChanges | undefined;
    this.#take(first);
  }

  /** The rows batch by batch. */
  async *batches(): AsyncGenerator<T[], void, void> {
    try {
      for (;;) {
        if (this.#rows.length > 0) {
          const rows = this.#rows;
          this.#rows = [];
          yield rows as T[];
        }
        if (this.#id === undefined) return;
        this.#take(await this.#next(this.#id));
      }
    } finally {
      await this.close();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for await (const rows of this.batches()) yield* rows;
  }

  /** Gives up the rows that have not been read. Closing twice does no harm. */
  async close(): Promise<void> {
    const id = this.#id;
    this.#id = undefined;
    this.#rows = [];
    // A cursor that has expired meanwhile is closed as well.
    if (id !== undefined) await this.#channel.send('cursor_close', { cursor: id }).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #next(cursor: string): Promise<ValueObject> {
    const { batchSize, ...options } = this.#options;
    try {
      return await this.#channel.send('cursor_next', { cursor, batch_size: batchSize }, options);
    } catch (error) {
      this.#id = undefined;
      throw error;
    }
  }

  #take(reply: ValueObject): void {
    this.#rows = reply.data as Value[];
    this.#id = reply.has_more === true ? String(reply.cursor) : undefined;
    // Each reply speaks of all rows so far.
    if (Array.isArray(reply.warnings)) this.warnings = reply.warnings.map(String);
  }
}
