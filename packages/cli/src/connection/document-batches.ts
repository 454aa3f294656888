import type { Client } from '@cairn/client';
import type { Value } from '@cairn/protocol';

/** Rows a round trip: enough to hide the trip, little to hold. */
const ROWS_A_BATCH = 1000;

/** All documents of a collection in key order, out of one snapshot, a batch at a time. */
export async function* documentBatches(
  client: Client,
  source: { readonly database: string; readonly collection: string },
  signal: AbortSignal,
): AsyncGenerator<readonly Value[]> {
  const text = 'FOR document IN @@collection RETURN document';
  yield* rowBatches(client, source.database, text, { binds: { '@collection': source.collection }, signal });
}

/** The rows of a query, a batch at a time. */
export async function* rowBatches(
  client: Client,
  database: string,
  text: string,
  options: { readonly binds?: Readonly<Record<string, Value>>; readonly signal: AbortSignal },
): AsyncGenerator<readonly Value[]> {
  const cursor = await client
    .database(database)
    .queryCursor(text, options.binds ?? {}, { batchSize: ROWS_A_BATCH, signal: options.signal });
  yield* cursor.batches();
}
