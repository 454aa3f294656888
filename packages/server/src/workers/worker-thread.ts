import { Worker } from 'node:worker_threads';
import { CairnError } from '@cairn/protocol/internal';
import type { Plan } from '@cairn/query/internal';
import { versionDeltaBuffers } from '@cairn/storage/internal';
import type { FromWorker, SentBatch, SentPlan, ToWorker, WorkerSetup } from './messages.ts';
import { unpackError } from './sent-error.ts';

/** Where the answers to one query of a worker go. */
export interface QueryAnswers {
  batch(batch: SentBatch): void;
  /** @param missing the worker does not have the state, or not the blocks of a collection that the query has come to */
  failed(error: Error, missing: boolean): void;
}

export interface WorkerThreadOptions {
  readonly name: string;
  readonly setup: WorkerSetup;
  readonly heapMaxBytes: number;
  /** Called once, when the thread has ended by itself. */
  readonly onCrash: (thread: WorkerThread, error: Error) => void;
}

/** Plans that a worker keeps compiled; the one that was used longest ago goes first. */
const PLANS_KEPT_MAX = 500;
/**
 * Old objects die in the young generation when that is large enough for a block's worth of rows and small enough that
 * the memory outside the heap which they hold on to is given back soon.
 */
const YOUNG_GENERATION_MAX_MIB = 12;
const MEBIBYTE = 1024 * 1024;

/** One worker thread, seen from the main thread. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #onCrash: WorkerThreadOptions['onCrash'];
  readonly #answers = new Map<number, QueryAnswers>();
  readonly #opening = new Map<number, (error: Error | undefined) => void>();
  readonly #closing = new Map<number, () => void>();
  readonly #plans = new SentPlans();
  readonly #ended: Promise<void>;
  #lastQuery = 0;
  #isReady = false;
  #failure: Error | undefined;
  #isEnding = false;
  /** Runs out unless the thread says something. */
  #lifeTimer: NodeJS.Timeout | undefined;
  #waiting = 0;

  constructor(options: WorkerThreadOptions) {
    this.#onCrash = options.onCrash;
    const entry = import.meta.url.endsWith('.ts') ? './read-worker.ts' : './read-worker.js';
    this.#worker = new Worker(new URL(entry, import.meta.url), {
      name: options.name,
      workerData: options.setup,
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil(options.heapMaxBytes / MEBIBYTE),
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MAX_MIB,
      },
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#failure ??= error as Error;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#exited();
        resolve();
      });
    });
    this.#worker.unref();
  }

  /** Whether it has loaded its code. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Queries that it has begun and not ended, cursors that nobody reads at the moment included. */
  get queries(): number {
    return this.#answers.size;
  }

  post(message: ToWorker, transfer?: ArrayBuffer[]): void {
    this.#worker.postMessage(message, transfer);
  }

  /** The number under which a query is sent. */
  begin(answers: QueryAnswers): number {
    if (this.#failure !== undefined || this.#isEnding) throw crashed(this.#failure);
    this.#answers.set(++this.#lastQuery, answers);
    return this.#lastQuery;
  }

  /** What comes for the query from now on is not wanted. */
  forget(query: number): void {
    this.#answers.delete(query);
  }

  /** Keeps the process alive until the answer is called: somebody waits for the thread. */
  hold(): () => void {
    if (this.#waiting++ === 0) this.#worker.ref();
    return () => {
      if (--this.#waiting === 0) this.#worker.unref();
    };
  }

  sentPlan(plan: Plan): SentPlan {
    return this.#plans.send(plan);
  }

  /** Resolves when the worker has opened the state; messages that are sent meanwhile find it open. */
  open(message: ToWorker & { kind: 'open' }): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined || this.#isEnding) throw crashed(this.#failure);
      const letGo = this.hold();
      this.#opening.set(message.database, (error) => {
        letGo();
        if (error === undefined) resolve();
        else reject(error);
      });
      this.post(message, versionDeltaBuffers(message.delta));
    });
  }

  /** Resolves when the worker has let go of the database's file. */
  closeDatabase(database: number): Promise<void> {
    if (this.#failure !== undefined || this.#isEnding) return this.#ended;
    return new Promise((resolve) => {
      const letGo = this.hold();
      this.#closing.set(database, () => {
        letGo();
        resolve();
      });
      this.post({ kind: 'close database', database });
    });
  }

  /** Ends its queries and the thread. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#worker.ref();
    this.post({ kind: 'end' });
    await this.#ended;
  }

  /** Ends the thread if it does nothing but compute for so long: a look at the messages is part of every slice of a query. */
  requireLife(withinMs: number): void {
    if (this.#lifeTimer !== undefined) return;
    this.post({ kind: 'ping' });
    const error = new CairnError('internal', 'The thread that ran the query did not come to an end', {
      retryable: true,
    });
    this.#lifeTimer = setTimeout(() => {
      this.#failure ??= error;
      void this.#worker.terminate();
    }, withinMs).unref();
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        break;
      case 'pong':
        clearTimeout(this.#lifeTimer);
        this.#lifeTimer = undefined;
        break;
      case 'opened':
        this.#opened(message.database, undefined);
        break;
      case 'open failed':
        this.#opened(message.database, unpackError(message.error));
        break;
      case 'closed':
        this.#closing.get(message.database)?.();
        this.#closing.delete(message.database);
        break;
      case 'batch':
        this.#answers.get(message.query)?.batch(message);
        break;
      case 'failed':
        this.#answers.get(message.query)?.failed(unpackError(message.error), message.missing);
        break;
    }
  }

  #opened(database: number, error: Error | undefined): void {
    const settle = this.#opening.get(database);
    this.#opening.delete(database);
    settle?.(error);
  }

  #exited(): void {
    clearTimeout(this.#lifeTimer);
    const error = crashed(this.#failure);
    for (const answers of [...this.#answers.values()]) answers.failed(error, false);
    this.#answers.clear();
    for (const settle of this.#opening.values()) settle(error);
    this.#opening.clear();
    for (const resolve of this.#closing.values()) resolve();
    this.#closing.clear();
    if (this.#isEnding) return;
    this.#failure ??= error;
    this.#onCrash(this, this.#failure);
  }
}

/** What the queries of a thread fail with when it ends under them. */
function crashed(cause: Error | undefined): CairnError {
  if (cause instanceof CairnError) return cause;
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new CairnError('limit_exceeded', 'A query has used all memory that its thread may have', { cause });
  }
  return new CairnError('internal', 'The thread that ran the query has ended', { retryable: true, cause });
}

let lastPlan = 0;
const numbers = new WeakMap<Plan, number>();

/** Which plans a worker has. */
class SentPlans {
  /** Numbers in the order of their last use. */
  readonly #kept = new Set<number>();

  send(plan: Plan): SentPlan {
    let number = numbers.get(plan);
    if (number === undefined) numbers.set(plan, (number = ++lastPlan));
    if (this.#kept.delete(number)) {
      this.#kept.add(number);
      return { number, forget: [] };
    }
    this.#kept.add(number);
    const forget: number[] = [];
    for (const old of this.#kept) {
      if (this.#kept.size <= PLANS_KEPT_MAX) break;
      this.#kept.delete(old);
      forget.push(old);
    }
    return { number, content: plan, forget };
  }
}
