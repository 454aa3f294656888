import { decodeValue, EncodedRows, encodeValue, type Value } from '@cairn/protocol/internal';
import type { PreparedQuery } from '@cairn/query/internal';
import type { QueryPermission } from '../../security/rights/query-permission.ts';
import type { QueryThread } from './long-reads.ts';
import type { OpenQuery } from './open-query.ts';
import { type QueryRequest, wantedBatch } from './query-request.ts';
import { type RowBatch, RunningQuery } from './running-query.ts';

/** The first rows, and the query itself when there is more to fetch. */
export interface QueryAnswer {
  readonly batch: RowBatch;
  readonly warnings: readonly string[];
  readonly lsn?: number;
  readonly rest?: OpenQuery;
  /** What the query was permitted, to be asked for again before more of it is read. */
  readonly permission?: QueryPermission;
  /** What a writing query did; absent for one that only reads. */
  readonly changes?: { readonly inserted: number; readonly updated: number; readonly deleted: number };
}

/** The first batch; when it is the last one too, the query is closed. */
export function firstBatch(request: QueryRequest, query: OpenQuery): QueryAnswer | Promise<QueryAnswer> {
  try {
    const batch = query.next(wantedBatch(request));
    if (!(batch instanceof Promise)) return answered(query, batch);
    return batch.then(
      (rows) => answered(query, rows),
      (error) => {
        query.close();
        throw error;
      },
    );
  } catch (error) {
    query.close();
    throw error;
  }
}

/** What a worker thread has answered. */
export function ofWorker(prepared: PreparedQuery, answer: QueryAnswer): QueryAnswer {
  return prepared.explain === undefined ? answer : { ...answer, batch: withThread(answer.batch, 'worker') };
}

/** The answer of EXPLAIN with where the query runs. */
export function withThread({ rows, done }: RowBatch, thread: QueryThread): RowBatch {
  const plan = decodeValue(rows.parts[0]) as Record<string, Value>;
  return { rows: new EncodedRows(1, [encodeValue({ ...plan, thread })]), done };
}

/** The answer that begins with this batch; when it is the last one too, the query is closed. */
export function answered(query: OpenQuery, batch: RowBatch): QueryAnswer {
  const { warnings } = query;
  if (!batch.done) return { batch, warnings, rest: query };
  query.close();
  const changes = query instanceof RunningQuery ? changesOf(query) : undefined;
  return { batch, warnings, ...(changes && { changes }) };
}

function changesOf({ statistics }: RunningQuery): QueryAnswer['changes'] {
  const { inserted, updated, replaced, removed } = statistics;
  if (inserted + updated + replaced + removed === 0) return undefined;
  return { inserted, updated: updated + replaced, deleted: removed };
}
