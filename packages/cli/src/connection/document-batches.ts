import type { Database } from '@cairn/client';
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
  yield* rowBatches(source, text, { binds: { '@collection': collection }, signal });
}

/** The rows of a query, or of a statement of SQL, a batch at a time. */
export async function* rowBatches(
  source: Database,
  text: string,
  options: { readonly binds?: Readonly<Record<string, Value>>; readonly signal: AbortSignal; readonly sql?: boolean },
): AsyncGenerator<readonly Value[]> {
  const { binds = {}, signal, sql = false } = options;
  const cursorOptions = { batchSize: ROWS_A_BATCH, signal };
  const cursor = await (sql
    ? source.sqlCursor(text, binds, cursorOptions)
    : source.queryCursor(text, binds, cursorOptions));
  yield* cursor.batches();
}
