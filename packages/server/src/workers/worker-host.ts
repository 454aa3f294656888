import { CairnError } from '@cairn/protocol/internal';
import { type Plan, type PreparedQuery, QueryEngine, readsInPassing } from '@cairn/query/internal';
import { BlockArena, BlocksMissingError, type ReadView, Replica } from '@cairn/storage/internal';
import { GuardedView } from '../engine/guarded-view.ts';
import { Cancellation } from '../engine/queries/cancellation.ts';
import { type RowBatch, RunningQuery } from '../engine/queries/running-query.ts';
import { type Host, systemHost } from '../host.ts';
import { RuleSubject } from '../security/rights/rules/rule-subject.ts';
import { shownTo } from '../security/rights/rules/ruled-view.ts';
import type { FromWorker, SentPlan, StartQuery, ToWorker, WantedBatch, WorkerSetup } from './messages.ts';
import { packError, unpackError } from './sent-error.ts';

/** The way out of a worker. */
export interface WorkerPort {
  post(message: FromWorker, transfer?: ArrayBuffer[]): void;
  /** Lets the thread end. */
  end(): void;
}

/** The state that a query was sent for could not be opened. */
class StateMissingError extends CairnError {
  override readonly name = 'StateMissingError';

  constructor(lsn: number) {
    super('internal', `The state of LSN ${lsn} is not open in this thread`, { retryable: true });
  }
}

interface HostedQuery {
  readonly number: number;
  readonly database: number;
  readonly running: RunningQuery;
  readonly cancellation: Cancellation;
}

/** A part of an answer up to this size is copied along with its message; handing over its memory costs more. */
const COPIED_PART_MAX_BYTES = 4 * 1024;

/** What a worker thread does: keeps replicas of databases and runs the queries that it is sent, all of them in slices. */
export class WorkerHost {
  readonly #port: WorkerPort;
  readonly #host: Host = systemHost();
  readonly #engine: QueryEngine;
  readonly #arena: BlockArena;
  readonly #replicas = new Map<number, Replica>();
  readonly #plans = new Map<number, PreparedQuery>();
  readonly #queries = new Map<number, HostedQuery>();

  constructor(setup: WorkerSetup, port: WorkerPort) {
    this.#engine = new QueryEngine({ planCacheBytes: 0, columns: setup.columns });
    this.#port = port;
    this.#arena = new BlockArena({ budgetBytes: setup.cacheBytes, slotBytes: setup.blockBytes });
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'open':
        this.#open(message);
        break;
      case 'rest':
        this.#replicas.get(message.database)?.rest();
        break;
      case 'close database':
        void this.#closeDatabase(message.database);
        break;
      case 'start':
        this.#start(message);
        break;
      case 'next':
        this.#next(message.query, message.wanted);
        break;
      case 'close':
        this.#close(message.query);
        break;
      case 'ping':
        this.#port.post({ kind: 'pong' });
        break;
      case 'end':
        void this.#end();
        break;
    }
  }

  #open({ database, place, delta }: ToWorker & { kind: 'open' }): void {
    try {
      let replica = this.#replicas.get(database);
      if (replica === undefined) {
        replica = Replica.open(place, this.#arena);
        this.#replicas.set(database, replica);
      }
      replica.advance(delta);
      this.#port.post({ kind: 'opened', database });
    } catch (error) {
      this.#port.post({ kind: 'open failed', database, error: packError(error) });
    }
  }

  async #closeDatabase(database: number): Promise<void> {
    for (const query of this.#queries.values()) {
      if (query.database !== database) continue;
      this.#fail(query.number, new CairnError('cancelled', 'the database was closed while the query read it'));
    }
    const replica = this.#replicas.get(database);
    this.#replicas.delete(database);
    await replica?.close();
    this.#port.post({ kind: 'closed', database });
  }

  async #end(): Promise<void> {
    for (const number of this.#queries.keys()) this.#close(number);
    await Promise.all([...this.#replicas.values()].map((replica) => replica.close()));
    this.#port.end();
  }

  #start(message: StartQuery): void {
    const { query: number, database, wanted } = message;
    try {
      const prepared = this.#prepared(message.plan);
      const view = this.#view(message, prepared.plan);
      try {
        const running = this.#run(message, prepared, view);
        this.#queries.set(number, { number, database, running, cancellation: new Cancellation() });
      } catch (error) {
        view.release();
        throw error;
      }
    } catch (error) {
      this.#fail(number, error);
      return;
    }
    this.#next(number, wanted);
  }

  #prepared({ number, content, forget }: SentPlan): PreparedQuery {
    for (const old of forget) this.#plans.delete(old);
    let prepared = this.#plans.get(number);
    if (prepared === undefined) {
      const plan = content!;
      const { explain, collections } = plan;
      prepared = { plan, explain, collections, writes: false, cached: true };
      this.#plans.set(number, prepared);
    }
    return prepared;
  }

  #view({ database, lsn, isGuarded, subject }: StartQuery, plan: Plan): ReadView {
    const replica = this.#replicas.get(database);
    if (replica?.lsn !== lsn) throw new StateMissingError(lsn);
    const view = replica.view({ inPassing: readsInPassing(plan) });
    return shownTo(isGuarded ? new GuardedView(view) : view, RuleSubject.received(subject, this.#host.nowMs));
  }

  #run(message: StartQuery, prepared: PreparedQuery, view: ReadView): RunningQuery {
    const { binds, nowMs, limits, temporaryFolder, refused, stop } = message;
    const mayRead = (name: string) => {
      const refusal = refused.get(name);
      if (refusal !== undefined) throw unpackError(refusal);
    };
    const run = this.#engine.start(prepared, {
      database: prepared.plan.database,
      view,
      binds,
      mayRead: refused.size === 0 ? undefined : mayRead,
      nowMs,
      randomBytes: this.#host.randomBytes,
      monotonicMs: this.#host.monotonicMs,
      limits,
      temporaryFolder,
      signal: stopSignal(stop),
    });
    return new RunningQuery(run, this.#host, () => view.release());
  }

  #next(number: number, wanted: WantedBatch): void {
    const query = this.#queries.get(number);
    if (query === undefined) return;
    const { timeLeftMs, ...size } = wanted;
    const deadlineMs = this.#host.monotonicMs() + timeLeftMs;
    try {
      const batch = query.running.next({ ...size, deadlineMs, cancellation: query.cancellation });
      if (!(batch instanceof Promise)) {
        this.#answer(query, batch);
        return;
      }
      batch.then(
        (rows) => this.#answer(query, rows),
        (error) => this.#fail(number, error),
      );
    } catch (error) {
      this.#fail(number, error);
    }
  }

  #answer({ number, running }: HostedQuery, { rows, done }: RowBatch): void {
    if (!this.#queries.has(number)) return;
    const { warnings } = running;
    if (done) this.#close(number);
    const transfer: ArrayBuffer[] = [];
    const parts = rows.parts.map((part) => sendable(part, transfer));
    this.#port.post({ kind: 'batch', query: number, count: rows.count, parts, done, warnings }, transfer);
  }

  #fail(number: number, error: unknown): void {
    this.#close(number);
    const missing = error instanceof BlocksMissingError || error instanceof StateMissingError;
    this.#port.post({ kind: 'failed', query: number, error: packError(error), missing });
  }

  #close(number: number): void {
    const query = this.#queries.get(number);
    if (query === undefined) return;
    this.#queries.delete(number);
    query.cancellation.cancel();
    query.running.close();
  }
}

/** Bytes that are alone in their memory and can be handed over; others are copied out of what surrounds them. */
function sendable(part: Uint8Array, transfer: ArrayBuffer[]): Uint8Array {
  const isAlone = part.byteLength === part.buffer.byteLength && part.buffer instanceof ArrayBuffer;
  const bytes = isAlone ? part : new Uint8Array(part);
  if (bytes.byteLength > COPIED_PART_MAX_BYTES) transfer.push(bytes.buffer as ArrayBuffer);
  return bytes;
}

/** What a run asks at each look at the clock, answered from memory that both threads see. */
function stopSignal(stop: Int32Array): AbortSignal {
  return {
    get aborted() {
      return Atomics.load(stop, 0) !== 0;
    },
  } as AbortSignal;
}
