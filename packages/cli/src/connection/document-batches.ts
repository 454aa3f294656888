import type { Database, QueryCursor } from '@cairn/client';
import type { Value } from '@cairn/protocol';

/** Rows a round trip: enough to hide the trip, little to hold. */
const ROWS_A_BATCH = 1000;

/** All documents of a collection in key order, out of one snapshot, a batch at a time. */
export async function* documentBatches(
  source: Database,
  collection: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Value[]> {
  const text = 'FOR document IN @@collection RETURN document';
  const cursor = await openRows(source, text, { binds: { '@collection': collection }, signal });
  yield* cursor.batches();
}

export interface RowOptions {
  readonly binds?: Readonly<Record<string, Value>>;
  readonly signal: AbortSignal;
  /** The text is SQL. */
  readonly sql?: boolean;
}

/** The rows of a query, or of a statement of SQL, to be fetched a batch at a time. */
export function openRows(
  source: Database,
  text: string,
  { binds = {}, signal, sql = false }: RowOptions,
): Promise<QueryCursor> {
  const options = { batchSize: ROWS_A_BATCH, signal };
  return sql ? source.sqlCursor(text, binds, options) : source.queryCursor(text, binds, options);
}
