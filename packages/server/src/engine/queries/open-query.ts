import type { BatchRequest, RowBatch } from './running-query.ts';

/** A query whose rows are fetched in batches, wherever it runs. */
export interface OpenQuery {
  /** Those of all batches so far. */
  readonly warnings: readonly string[];
  /** The next rows: at once when they are soon had, else later. One call at a time. */
  next(wanted: BatchRequest): RowBatch | Promise<RowBatch>;
  /** Ends the query; may be called again. */
  close(): void;
}
