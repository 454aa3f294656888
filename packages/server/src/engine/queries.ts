import { CairnError, EncodedRows, encodeValue, LIMITS, type Value } from '@cairn/protocol/internal';
import type { PreparedQuery, QueryEngine, QueryLimits, RunContext } from '@cairn/query/internal';
import type { Database, ReadView, Transaction } from '@cairn/storage/internal';
import { QUERY_CONFLICT_RETRIES } from '../limits.ts';
import type { Cancellation } from './cancellation.ts';
import { TransactionDocumentWriter } from './document-writer.ts';
import { GuardedView } from './guarded-view.ts';
import type { WriteParts } from './record-writer.ts';
import { type RowBatch, RunningQuery } from './running-query.ts';
import { atomicStatement } from './statement.ts';
import { SYSTEM_DATABASE } from './system-database.ts';

/** A query as somebody asks it. */
export interface QueryRequest {
  readonly text: string;
  readonly binds: ReadonlyMap<string, Value>;
  readonly database: Database;
  /** The client's transaction, if the query runs inside one. */
  readonly transaction?: Transaction;
  /** Rows of the first batch when the rest is to be fetched by a cursor. */
  readonly batchRows?: number;
  /** Bytes of rows after which such a first batch ends. */
  readonly batchBytes: number;
  /** Bytes of rows that fit a reply: the most that there may be when all come at once, as those of writing queries do. */
  readonly bytesMax: number;
  /** On the host's monotonic clock. */
  readonly deadlineMs: number;
  readonly cancellation: Cancellation;
  /** Refuses what the user may not do. */
  readonly permit: (access: { collections: PreparedQuery['collections']; writes: boolean }) => void;
  /** Rewrites of the optimiser that are switched off. */
  readonly disabledRewrites?: readonly string[];
}

/** The first rows, and the query itself when there is more to fetch. */
export interface QueryAnswer {
  readonly batch: RowBatch;
  readonly warnings: readonly string[];
  readonly lsn?: number;
  readonly rest?: RunningQuery;
}

/** What each query may use up, besides time. */
export interface QueryResources {
  readonly limits: Partial<QueryLimits>;
  /** Where queries put what does not fit their memory. */
  readonly temporaryFolder: string;
}

/** Runs queries on a snapshot, in a client's transaction, or, when they write, in a transaction of their own. */
export class Queries {
  readonly #engine: QueryEngine;
  readonly #parts: WriteParts;
  readonly #resources: QueryResources;

  constructor(engine: QueryEngine, parts: WriteParts, resources: QueryResources) {
    this.#engine = engine;
    this.#parts = parts;
    this.#resources = resources;
  }

  run(request: QueryRequest): QueryAnswer | Promise<QueryAnswer> {
    if (request.transaction !== undefined) return this.#runIn(request, request.transaction, request.transaction);
    const view = request.database.snapshot();
    let prepared: PreparedQuery;
    try {
      prepared = this.#prepare(request, view);
    } catch (error) {
      view.release();
      throw error;
    }
    if (!prepared.writes) return this.#read(request, prepared, view);
    view.release();
    return this.#writeAndRetry(request);
  }

  #prepare(request: QueryRequest, view: ReadView): PreparedQuery {
    const prepared = this.#engine.prepare(request.text, {
      database: request.database.name,
      view: guard(request, view),
      binds: request.binds,
      rewrites: request.disabledRewrites === undefined ? undefined : { disabled: [...request.disabledRewrites] },
    });
    request.permit({ collections: prepared.collections, writes: prepared.writes });
    return prepared;
  }

  /** A reading query on a snapshot: answered at once when it is short. */
  #read(request: QueryRequest, prepared: PreparedQuery, view: ReadView): QueryAnswer | Promise<QueryAnswer> {
    let query: RunningQuery;
    try {
      if (prepared.explain !== undefined) return this.#explained(request, prepared, view);
      query = this.#start(request, prepared, view, undefined);
    } catch (error) {
      view.release();
      throw error;
    }
    return firstBatch(request, query);
  }

  #explained(request: QueryRequest, prepared: PreparedQuery, view: ReadView, transaction?: Transaction): QueryAnswer {
    const plan = this.#engine.explain(prepared, this.#context(request, view, transaction));
    if (transaction === undefined) view.release();
    return { batch: { rows: new EncodedRows(1, [encodeValue(plan)]), done: true }, warnings: [] };
  }

  /** A query inside a transaction. A failing one takes its own writes back, and only these. */
  #runIn(request: QueryRequest, view: ReadView, transaction: Transaction): QueryAnswer | Promise<QueryAnswer> {
    const prepared = this.#prepare(request, view);
    if (prepared.explain !== undefined) return this.#explained(request, prepared, view, transaction);
    if (!prepared.writes)
      return firstBatch(
        request,
        this.#start(request, prepared, view, transaction, () => {}),
      );
    return atomicStatement(transaction, () => {
      const query = this.#start(request, prepared, view, transaction, () => {});
      return firstBatch({ ...request, batchRows: undefined }, query);
    });
  }

  async #writeAndRetry(request: QueryRequest): Promise<QueryAnswer> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#writeOnce(request);
      } catch (error) {
        const lost = error instanceof CairnError && error.code === 'conflict' && error.retryable;
        if (!lost || attempt >= QUERY_CONFLICT_RETRIES) throw error;
      }
    }
  }

  async #writeOnce(request: QueryRequest): Promise<QueryAnswer> {
    const { database } = request;
    const transaction = database.begin({ isolation: 'repeatable_read' });
    try {
      const prepared = this.#prepare(request, transaction);
      const isAnalyzed = prepared.explain !== undefined;
      const answer = isAnalyzed
        ? this.#explained(request, prepared, transaction, transaction)
        : await firstBatch(
            { ...request, batchRows: undefined },
            this.#start(request, prepared, transaction, transaction, () => {}),
          );
      if (transaction.writes === 0) {
        database.rollback(transaction);
        return answer;
      }
      return { ...answer, lsn: await database.commit(transaction) };
    } catch (error) {
      database.rollback(transaction);
      throw error;
    }
  }

  #start(
    request: QueryRequest,
    prepared: PreparedQuery,
    view: ReadView,
    transaction: Transaction | undefined,
    release: () => void = () => view.release(),
  ): RunningQuery {
    const run = this.#engine.start(prepared, this.#context(request, view, transaction));
    return new RunningQuery(run, this.#parts.host, release);
  }

  /** A query that is answered at once may compute until its deadline; a cursor has one for each of its batches. */
  #timeMaxMs(request: QueryRequest): number {
    if (request.batchRows !== undefined) return LIMITS.timeoutMaxMs;
    return Math.max(request.deadlineMs - this.#parts.host.monotonicMs(), 0);
  }

  #context(request: QueryRequest, view: ReadView, transaction: Transaction | undefined): RunContext {
    const { host } = this.#parts;
    const { name } = request.database;
    return {
      database: name,
      view: guard(request, view),
      writer: transaction === undefined ? undefined : new TransactionDocumentWriter(name, transaction, this.#parts),
      binds: request.binds,
      mayRead: (name) => request.permit({ collections: [{ name, access: 'read' }], writes: false }),
      nowMs: host.nowMs(),
      randomBytes: host.randomBytes,
      monotonicMs: host.monotonicMs,
      limits: { ...this.#resources.limits, timeMaxMs: this.#timeMaxMs(request) },
      temporaryFolder: this.#resources.temporaryFolder,
    };
  }
}

function guard(request: QueryRequest, view: ReadView): ReadView {
  return request.database.name === SYSTEM_DATABASE ? new GuardedView(view) : view;
}

/** The first batch; when it is the last one too, the query is closed. */
function firstBatch(request: QueryRequest, query: RunningQuery): QueryAnswer | Promise<QueryAnswer> {
  try {
    const batch = query.next({
      rowsMax: request.batchRows ?? Number.MAX_SAFE_INTEGER,
      bytesMax: request.batchRows === undefined ? request.bytesMax : request.batchBytes,
      whenFull: request.batchRows === undefined ? 'refuse' : 'stop',
      deadlineMs: request.deadlineMs,
      cancellation: request.cancellation,
    });
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

function answered(query: RunningQuery, batch: RowBatch): QueryAnswer {
  const { warnings } = query;
  if (!batch.done) return { batch, warnings, rest: query };
  query.close();
  return { batch, warnings };
}
