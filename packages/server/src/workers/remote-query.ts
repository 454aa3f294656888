import { CairnError, EncodedRows, LIMITS } from '@cairn/protocol/internal';
import type { OpenQuery } from '../engine/queries/open-query.ts';
import type { BatchRequest, RowBatch } from '../engine/queries/running-query.ts';
import type { Host } from '../host.ts';
import { HUNG_WORKER_MS, LATE_WORKER_MS } from '../limits.ts';
import type { SentBatch, StartQuery, WantedBatch } from './messages.ts';
import type { ReplicaLink } from './replica-link.ts';
import type { QueryAnswers, WorkerThread } from './worker-thread.ts';

/** What a query is started with, as far as it does not follow from the thread. */
export type QueryStart = Omit<StartQuery, 'kind' | 'query' | 'stop' | 'wanted'>;

interface PendingBatch {
  readonly resolve: (batch: RowBatch) => void;
  readonly reject: (error: Error) => void;
  readonly end: () => void;
}

/** A query that runs in a worker thread. */
export class RemoteQuery implements OpenQuery, QueryAnswers {
  readonly #thread: WorkerThread;
  readonly #link: ReplicaLink;
  readonly #host: Host;
  readonly #number: number;
  readonly #stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** What the first batch is asked with. */
  #start: QueryStart | undefined;
  #pending: PendingBatch | undefined;
  #closed = false;
  warnings: readonly string[] = [];
  /** It has failed because the worker does not have the state or not all blocks; told again, it can begin anew. */
  isShortOfBlocks = false;

  constructor(thread: WorkerThread, link: ReplicaLink, start: QueryStart, host: Host) {
    this.#thread = thread;
    this.#link = link;
    this.#start = start;
    this.#host = host;
    this.#number = thread.begin(this);
    link.retain();
  }

  next(wanted: BatchRequest): Promise<RowBatch> {
    return new Promise((resolve, reject) => {
      this.#requireTime(wanted);
      const timeLeftMs = wanted.deadlineMs - this.#host.monotonicMs();
      this.#pending = { resolve, reject, end: this.#watch(wanted, timeLeftMs) };
      const { rowsMax, bytesMax, whenFull } = wanted;
      this.#ask({ rowsMax, bytesMax, whenFull, timeLeftMs });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#end();
    Atomics.store(this.#stop, 0, 1);
    if (this.#start === undefined) this.#thread.post({ kind: 'close', query: this.#number });
  }

  batch({ count, parts, done, warnings }: SentBatch): void {
    const pending = this.#pending;
    this.#pending = undefined;
    this.warnings = warnings;
    if (done) this.#end();
    pending?.end();
    pending?.resolve({ rows: new EncodedRows(count, parts), done });
  }

  failed(error: Error, missing: boolean): void {
    this.isShortOfBlocks = missing;
    const pending = this.#pending;
    this.#pending = undefined;
    this.#end();
    pending?.end();
    pending?.reject(error);
  }

  #ask(wanted: WantedBatch): void {
    const query = this.#number;
    if (this.#start === undefined) {
      this.#thread.post({ kind: 'next', query, wanted });
      return;
    }
    const start = this.#start;
    this.#start = undefined;
    this.#thread.post({ kind: 'start', query, ...start, stop: this.#stop, wanted });
  }

  /** Ends the wait when the request is cancelled, and when the worker does not keep the deadline by itself. */
  #watch({ cancellation }: BatchRequest, timeLeftMs: number): () => void {
    const cancel = () => this.#giveUp(new CairnError('cancelled', 'the query was cancelled'));
    const late = () =>
      this.#giveUp(new CairnError('timeout', 'the query did not end within its time', { retryable: false }));
    const { signal } = cancellation;
    const letGo = this.#thread.hold();
    signal.addEventListener('abort', cancel);
    const timer = setTimeout(late, Math.min(timeLeftMs + LATE_WORKER_MS, LIMITS.timeoutMaxMs)).unref();
    return () => {
      letGo();
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
  }

  /** Answers at once, and has the thread ended if it does not come to hear of it. */
  #giveUp(error: CairnError): void {
    this.close();
    this.#thread.requireLife(HUNG_WORKER_MS);
    this.failed(error, false);
  }

  #requireTime(wanted: BatchRequest): void {
    if (this.#closed) throw new CairnError('cancelled', 'the query was closed');
    if (wanted.cancellation.isCancelled) throw new CairnError('cancelled', 'the query was cancelled');
    if (this.#host.monotonicMs() <= wanted.deadlineMs) return;
    throw new CairnError('timeout', 'the query did not end within its time', { retryable: false });
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#thread.forget(this.#number);
    this.#link.release();
  }
}
