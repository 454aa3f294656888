import type { Database, QueryCursor, Transaction } from '@cairn/client';
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

/** Bytes of documents that a page may have: one that is larger than a frame would be refused as a whole. */
const PAGE_ROWS_MIN = 1;

/** The same inside a transaction, which answers whole pages: each goes on behind the last key of the one before. */
export async function* documentsOf(
  snapshot: Transaction,
  collection: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Value[]> {
  let after: string | undefined;
  let rows = ROWS_A_BATCH;
  for (;;) {
    signal.throwIfAborted();
    const condition = after === undefined ? '' : 'FILTER d._key > @after ';
    const text = `FOR d IN @@collection ${condition}SORT d._key LIMIT @rows RETURN d`;
    const binds = { '@collection': collection, rows, ...(after === undefined ? {} : { after }) };
    let page: readonly Value[];
    try {
      page = await snapshot.query(text, binds, { signal });
    } catch (error) {
      // Documents may be so large that a thousand of them do not fit into a frame.
      if (codeOf(error) !== 'limit_exceeded' || rows === PAGE_ROWS_MIN) throw error;
      rows = Math.max(PAGE_ROWS_MIN, rows >> 2);
      continue;
    }
    if (page.length === 0) return;
    yield page;
    if (page.length < rows) return;
    after = (page.at(-1) as { _key: string })._key;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
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
