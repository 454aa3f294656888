import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { CairnError, EncodedRows, MessageTooLargeError } from '@cairn/protocol/internal';
import type { QueryRun } from '@cairn/query/internal';
import type { Host } from '../host.ts';
import { QUERY_SLICE_MS } from '../limits.ts';
import type { Cancellation } from './cancellation.ts';

/** Rows of a query, as they go into a reply. */
export interface RowBatch {
  readonly rows: EncodedRows;
  readonly done: boolean;
}

/** How much of a query is wanted now, and until when. */
export interface BatchRequest {
  readonly rowsMax: number;
  /** A batch that would have more bytes ends early (`stop`) or is refused. */
  readonly bytesMax: number;
  readonly whenFull: 'stop' | 'refuse';
  /** On the host's monotonic clock. */
  readonly deadlineMs: number;
  readonly cancellation: Cancellation;
}

/** A query that runs in slices, so that everybody else gets a turn in between. */
export class RunningQuery {
  readonly #run: QueryRun;
  readonly #host: Host;
  readonly #release: () => void;
  #closed = false;

  /** @param release gives back the snapshot when the query is over */
  constructor(run: QueryRun, host: Host, release: () => void) {
    this.#run = run;
    this.#host = host;
    this.#release = release;
  }

  get warnings(): readonly string[] {
    return this.#run.warnings;
  }

  get statistics(): QueryRun['statistics'] {
    return this.#run.statistics;
  }

  /** The next rows: at once when one slice of time is enough for them, else later. */
  next(wanted: BatchRequest): RowBatch | Promise<RowBatch> {
    const gathered = new GatheredRows(wanted);
    if (this.#slice(gathered)) return gathered.batch();
    return this.#continue(gathered);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#run.close();
    this.#release();
  }

  async #continue(gathered: GatheredRows): Promise<RowBatch> {
    do {
      await eventLoopTurn();
    } while (!this.#slice(gathered));
    return gathered.batch();
  }

  /** True when the batch is complete. */
  #slice(gathered: GatheredRows): boolean {
    this.#requireTime(gathered.wanted);
    const { rowsMax, bytesMax } = gathered.wanted;
    const chunk = this.#run.next({
      maxRows: rowsMax - gathered.count,
      maxBytes: Math.max(1, bytesMax - gathered.size),
      sliceMs: QUERY_SLICE_MS,
    });
    return gathered.add(chunk);
  }

  #requireTime(wanted: BatchRequest): void {
    if (this.#closed) throw new CairnError('cancelled', 'the query was closed');
    if (wanted.cancellation.isCancelled) throw new CairnError('cancelled', 'the query was cancelled');
    if (this.#host.monotonicMs() <= wanted.deadlineMs) return;
    throw new CairnError('timeout', 'the query did not end within its time', { retryable: false });
  }
}

class GatheredRows {
  readonly wanted: BatchRequest;
  readonly #parts: Uint8Array[] = [];
  count = 0;
  size = 0;
  #done = false;

  constructor(wanted: BatchRequest) {
    this.wanted = wanted;
  }

  add(chunk: { rows: number; bytes: Uint8Array; done: boolean }): boolean {
    this.#done = chunk.done;
    if (chunk.rows > 0) {
      // Copied unless they are the last, because the run writes its next rows over these.
      this.#parts.push(chunk.done ? chunk.bytes : Buffer.from(chunk.bytes));
      this.count += chunk.rows;
      this.size += chunk.bytes.length;
    }
    const { bytesMax, rowsMax, whenFull } = this.wanted;
    if (whenFull === 'refuse' && this.size > bytesMax) {
      throw new MessageTooLargeError('reply', { sizeBytes: this.size, limitBytes: bytesMax });
    }
    return chunk.done || this.count >= rowsMax || (whenFull === 'stop' && this.size >= bytesMax);
  }

  batch(): RowBatch {
    return { rows: new EncodedRows(this.count, this.#parts), done: this.#done };
  }
}
