import { CairnError, EncodedRows, encodeValue, LIMITS } from '@cairn/protocol/internal';
import {
  type PreparedQuery,
  type QueryEngine,
  type QueryLimits,
  QueryOverrunError,
  type RunContext,
} from '@cairn/query/internal';
import type { ReadView, Transaction } from '@cairn/storage/internal';
import { MOVE_AFTER_MS, MOVE_AFTER_SLICES, MOVE_STEP_AFTER_MS } from '../../limits.ts';
import { shownTo } from '../../security/rights/rules/ruled-view.ts';
import type { RemoteQuery } from '../../workers/remote-query.ts';
import { TransactionDocumentWriter } from '../documents/document-writer.ts';
import type { WriteParts } from '../documents/record-writer.ts';
import { GuardedView } from '../guarded-view.ts';
import { SYSTEM_DATABASE } from '../system-database.ts';
import { retryingConflicts } from '../transactions/conflict-retries.ts';
import { atomicStatement } from '../transactions/statement.ts';
import type { WriteGate } from '../triggers/write-gate.ts';
import type { LongReads, QueryThread } from './long-reads.ts';
import { momentValue, openMoment } from './moments.ts';
import { answered, firstBatch, ofWorker, type QueryAnswer, withThread } from './query-answer.ts';
import { type QueryRequest, wantedBatch } from './query-request.ts';
import { RunningQuery } from './running-query.ts';

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
  readonly #longReads: LongReads | undefined;

  /** @param longReads absent: every query runs on the main thread */
  constructor(engine: QueryEngine, parts: WriteParts, resources: QueryResources, longReads?: LongReads) {
    this.#engine = engine;
    this.#parts = parts;
    this.#resources = resources;
    this.#longReads = longReads;
  }

  /** The remembered plans. */
  get planCache(): QueryEngine['planCache'] {
    return this.#engine.planCache;
  }

  run(request: QueryRequest): QueryAnswer | Promise<QueryAnswer> {
    const { trace } = request;
    return trace === undefined ? this.#run(request) : trace.span('run', () => this.#run(request));
  }

  #run(request: QueryRequest): QueryAnswer | Promise<QueryAnswer> {
    if (request.transaction !== undefined) return this.#runIn(request, request.transaction, request.transaction);
    const view = request.database.snapshot();
    const prepared = this.#prepareOn(request, view);
    if (readsThePast(prepared, request)) {
      view.release();
      return this.#runWithPasts(request, prepared);
    }
    if (!prepared.writes) return this.#read(request, prepared, view);
    view.release();
    return retryingConflicts(this.#parts.host, () => this.#writeOnce(request));
  }

  /** Opens the earlier states that a query reads; all its rows come at once, because the states end with it. */
  async #runWithPasts(request: QueryRequest, prepared: PreparedQuery): Promise<QueryAnswer> {
    const pasts: ReadView[] = [];
    try {
      for (const moment of prepared.plan.moments) {
        pasts.push(await openMoment(request.database, momentValue(moment, request.binds)));
      }
      return await this.#run({ ...request, batchRows: undefined, pasts });
    } finally {
      for (const past of pasts) past.release();
    }
  }

  /** Gives the view back when the text cannot be run. */
  #prepareOn(request: QueryRequest, view: ReadView): PreparedQuery {
    try {
      return this.#prepare(request, view);
    } catch (error) {
      view.release();
      throw error;
    }
  }

  #prepare(request: QueryRequest, view: ReadView): PreparedQuery {
    const startMs = request.trace?.nowMs();
    const prepared = this.#planned(request, view);
    request.permission.require({ collections: prepared.collections, writes: prepared.writes });
    request.onTranslated?.(prepared.plan.text);
    request.onPlanned?.(prepared.plan);
    if (startMs !== undefined) request.trace?.within('plan', startMs, { 'cairn.plan.cached': prepared.cached });
    return prepared;
  }

  #planned(request: QueryRequest, view: ReadView): PreparedQuery {
    try {
      return this.#engine.prepare(request.text, {
        database: request.database.name,
        view: guard(request, view),
        binds: request.binds,
        shownTo: request.subject.planKey,
        language: request.language,
        rewrites: request.disabledRewrites === undefined ? undefined : { disabled: [...request.disabledRewrites] },
      });
    } catch (error) {
      throw request.permission.told(error);
    }
  }

  /** A reading query on a snapshot: in a worker when it is long, else here, and answered at once. */
  #read(request: QueryRequest, prepared: PreparedQuery, view: ReadView): QueryAnswer | Promise<QueryAnswer> {
    const stays = request.pasts !== undefined; // earlier states are laid over newer ones in memory
    const thread = (stays ? undefined : this.#longReads?.threadOf(prepared.plan, view, request.binds)) ?? 'main';
    if (prepared.explain === 'plan') return this.#explained(request, prepared, { view, thread });
    if (thread === 'worker') {
      const answer = this.#readInWorker(request, prepared, view);
      if (answer !== undefined) return answer;
    }
    const mayMove = thread === 'main' && !stays && this.#longReads?.staysShort(prepared.plan, request.binds) === false;
    return this.#readHere(request, prepared, view, mayMove);
  }

  /**
   * On the main thread. A query that turns out long begins anew in a worker when it `mayMove`: what it has computed so far
   * is a few milliseconds' worth.
   */
  #readHere(
    request: QueryRequest,
    prepared: PreparedQuery,
    view: ReadView,
    mayMove: boolean,
  ): QueryAnswer | Promise<QueryAnswer> {
    if (prepared.explain !== undefined) return this.#explainHere(request, prepared, view, mayMove);
    const query = this.#startHere(request, prepared, view);
    if (!mayMove) return firstBatch(request, query);
    try {
      for (let slice = 0; slice < MOVE_AFTER_SLICES; slice++) {
        const batch = query.attempt(wantedBatch(request), MOVE_AFTER_MS, MOVE_STEP_AFTER_MS);
        if (batch !== undefined) return answered(query, batch);
        if (!query.isComputing) break;
      }
      const answer = query.isComputing ? this.#readInWorker(request, prepared, view) : undefined;
      if (answer === undefined) return firstBatch(request, query);
      query.close();
      return answer;
    } catch (error) {
      const isOverrun = error instanceof QueryOverrunError;
      const answer = isOverrun ? this.#readInWorker(request, prepared, view) : undefined;
      query.close();
      if (!isOverrun) throw error;
      return answer ?? this.#readHereAnyway(request);
    }
  }

  /** A query that is measured runs in one go, so it is given up sooner. */
  #explainHere(
    request: QueryRequest,
    prepared: PreparedQuery,
    view: ReadView,
    mayMove: boolean,
  ): QueryAnswer | Promise<QueryAnswer> {
    const overrunMaxMs = mayMove ? MOVE_STEP_AFTER_MS : undefined;
    try {
      return this.#explained(request, prepared, { view, thread: 'main', overrunMaxMs });
    } catch (error) {
      if (!(error instanceof QueryOverrunError)) throw error;
    }
    const newest = request.database.snapshot();
    const again = this.#prepareOn(request, newest);
    return this.#readInWorker(request, again, newest) ?? this.#readHere(request, again, newest, false);
  }

  /** On the newest state and on the main thread, whatever it takes: there is nobody else to do it. */
  #readHereAnyway(request: QueryRequest): QueryAnswer | Promise<QueryAnswer> {
    const newest = request.database.snapshot();
    return this.#readHere(request, this.#prepareOn(request, newest), newest, false);
  }

  #startHere(request: QueryRequest, prepared: PreparedQuery, view: ReadView): RunningQuery {
    try {
      return this.#start(request, prepared, view, undefined);
    } catch (error) {
      view.release();
      throw error;
    }
  }

  /** In a worker thread, on a state of its own: `view` is given back. Undefined, and `view` stays, when no worker is ready. */
  #readInWorker(request: QueryRequest, prepared: PreparedQuery, view: ReadView): Promise<QueryAnswer> | undefined {
    // A cursor cannot begin anew when it comes to a collection that the worker does not know.
    const query = this.#startInWorker(request, prepared, { view, everything: request.batchRows !== undefined });
    if (query === undefined) return undefined;
    view.release();
    return this.#remoteAnswer(request, prepared, query);
  }

  #startInWorker(
    request: QueryRequest,
    prepared: PreparedQuery,
    { view, everything }: { view: ReadView; everything: boolean },
  ): RemoteQuery | undefined {
    const { limits, binds, nowMs, temporaryFolder, mayRead } = this.#context(request, view, undefined);
    const isGuarded = request.database.name === SYSTEM_DATABASE;
    return this.#longReads!.start({
      database: request.database,
      prepared,
      view,
      everything,
      mayRead: mayRead!,
      start: {
        ...{ binds, nowMs, limits: limits!, temporaryFolder, isGuarded },
        subject: request.subject.sent(view.collectionNames()),
      },
    });
  }

  async #remoteAnswer(request: QueryRequest, prepared: PreparedQuery, query: RemoteQuery): Promise<QueryAnswer> {
    try {
      return ofWorker(prepared, await firstBatch(request, query));
    } catch (error) {
      if (!query.isShortOfBlocks) throw error;
    }
    return this.#readWithEverything(request);
  }

  /** The query has come to a collection that its text does not name. */
  async #readWithEverything(request: QueryRequest): Promise<QueryAnswer> {
    const view = request.database.snapshot();
    let query: RemoteQuery | undefined;
    try {
      const prepared = this.#prepare(request, view);
      query = this.#startInWorker(request, prepared, { view, everything: true });
      if (query === undefined) throw new CairnError('overloaded', 'No worker thread is left', { retryable: true });
      return ofWorker(prepared, await firstBatch(request, query));
    } catch (error) {
      if (query?.isShortOfBlocks !== true) throw error;
    } finally {
      view.release();
    }
    // A thread that is kept from its messages for so long lets go by one state after the other: here there is always one.
    return this.#readHereAnyway(request);
  }

  #explained(
    request: QueryRequest,
    prepared: PreparedQuery,
    how: { view: ReadView; transaction?: Transaction; thread: QueryThread; overrunMaxMs?: number },
  ): QueryAnswer {
    const { view, transaction, thread, overrunMaxMs } = how;
    try {
      const gate = transaction === undefined ? undefined : this.#parts.before.gate(request.database);
      const plan = this.#engine.explain(prepared, this.#context(request, view, transaction, gate), { overrunMaxMs });
      if (gate !== undefined && gate.open.length > 0) throw analyzesTriggers(gate.open[0]!.change.collection);
      const batch = { rows: new EncodedRows(1, [encodeValue(plan)]), done: true };
      return { batch: withThread(batch, thread), warnings: [] };
    } finally {
      if (transaction === undefined) view.release();
    }
  }

  /** A query inside a transaction. A failing one takes its own writes back, and only these. */
  #runIn(request: QueryRequest, view: ReadView, transaction: Transaction): QueryAnswer | Promise<QueryAnswer> {
    const prepared = this.#prepare(request, view);
    if (readsThePast(prepared, request)) return this.#runWithPasts(request, prepared);
    if (prepared.explain !== undefined) {
      const explained = () => this.#explained(request, prepared, { view, transaction, thread: 'main' });
      return atomicStatement(transaction, explained);
    }
    if (!prepared.writes)
      return firstBatch(
        request,
        this.#start(request, prepared, view, transaction, () => {}),
      );
    return atomicStatement(transaction, () => this.#writeIn(request, prepared, transaction));
  }

  /** The writes of one statement, through the before-triggers of the collections that have any. */
  #writeIn(
    request: QueryRequest,
    prepared: PreparedQuery,
    transaction: Transaction,
  ): QueryAnswer | Promise<QueryAnswer> {
    const { database } = request;
    const { before } = this.#parts;
    const whole = { ...request, batchRows: undefined };
    const run = (gate?: WriteGate) =>
      firstBatch(
        whole,
        this.#start(request, prepared, transaction, transaction, () => {}, gate),
      );
    // Which collections a statement writes to, only its run knows for sure.
    return before.concerns(database) ? before.within(database, transaction, request, run) : run();
  }

  async #writeOnce(request: QueryRequest): Promise<QueryAnswer> {
    const { database } = request;
    const transaction = database.begin({ isolation: 'repeatable_read' });
    try {
      const prepared = this.#prepare(request, transaction);
      const isAnalyzed = prepared.explain !== undefined;
      const answer = isAnalyzed
        ? this.#explained(request, prepared, { view: transaction, transaction, thread: 'main' })
        : await this.#writeIn(request, prepared, transaction);
      if (transaction.writes === 0) {
        database.rollback(transaction);
        return answer;
      }
      const commit = () => database.commit(transaction, { user: request.user, depth: request.depth });
      return { ...answer, lsn: await (request.trace?.span('commit', commit) ?? commit()) };
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
    gate?: WriteGate,
  ): RunningQuery {
    const run = this.#engine.start(prepared, this.#context(request, view, transaction, gate));
    return new RunningQuery(run, this.#parts.host, release);
  }

  /** A query that is answered at once may compute until its deadline; a cursor has one for each of its batches. */
  #timeMaxMs(request: QueryRequest): number {
    if (request.batchRows !== undefined) return LIMITS.timeoutMaxMs;
    return Math.max(request.deadlineMs - this.#parts.host.monotonicMs(), 0);
  }

  #context(request: QueryRequest, view: ReadView, transaction: Transaction | undefined, gate?: WriteGate): RunContext {
    const { host } = this.#parts;
    const { name } = request.database;
    return {
      database: name,
      view: guard(request, view),
      pasts: request.pasts?.map((past) => guard(request, past, view)),
      writer:
        transaction === undefined
          ? undefined
          : new TransactionDocumentWriter(name, transaction, { parts: this.#parts, subject: request.subject, gate }),
      binds: request.binds,
      mayRead: (name) => request.permission.require({ collections: [{ name, access: 'read' }], writes: false }),
      nowMs: host.nowMs(),
      randomBytes: host.randomBytes,
      monotonicMs: host.monotonicMs,
      limits: { ...this.#resources.limits, timeMaxMs: this.#timeMaxMs(request) },
      temporaryFolder: this.#resources.temporaryFolder,
    };
  }
}

/** What its before-triggers would make of a statement cannot be measured: they run apart from it, between its passes. */
function analyzesTriggers(collection: string): CairnError {
  return new CairnError(
    'invalid_argument',
    `A statement that writes to '${collection}' cannot be analyzed: the collection has triggers that run before its changes`,
    { details: { collection } },
  );
}

/** Whether earlier states have to be opened before the query can run. */
function readsThePast({ plan, explain }: PreparedQuery, request: QueryRequest): boolean {
  return plan.moments.length > 0 && request.pasts === undefined && explain !== 'plan';
}

/** The state as the query may see it: what rules keep from its user is not there, for whatever reads it. */
function guard({ database, subject }: QueryRequest, view: ReadView, present?: ReadView): ReadView {
  return shownTo(database.name === SYSTEM_DATABASE ? new GuardedView(view) : view, subject, present);
}
