import { setTimeout as delay, setImmediate as eventLoopTurn } from 'node:timers/promises';
import { CairnError, EncodedRows, MessageTooLargeError, skipValue } from '@cairn/protocol/internal';
import type { Batch, QueryRun } from '@cairn/query/internal';
import type { Host } from '../../host.ts';
import { QUERY_SLICE_MS, ROWS_PIECE_BYTES, SLEEP_SLICE_MS } from '../../limits.ts';
import type { Cancellation } from './cancellation.ts';
import type { OpenQuery } from './open-query.ts';

/** Rows of a query, as they go into a reply. */
export interface RowBatch {
  readonly rows: EncodedRows;
  readonly done: boolean;
}

/** How much of a query is wanted now, and until when. */
export interface BatchRequest {
  readonly rowsMax: number;
  /**
   * A batch that would have more bytes ends with the row that makes it so, or before it when the row is large
   * (`stop`), or is refused. To be sent, at most half of a frame.
   */
  readonly bytesMax: number;
  readonly whenFull: 'stop' | 'refuse';
  /** On the host's monotonic clock. */
  readonly deadlineMs: number;
  readonly cancellation: Cancellation;
}

/** A query that runs in slices, so that everybody else gets a turn in between. */
export class RunningQuery implements OpenQuery {
  readonly #run: QueryRun;
  readonly #host: Host;
  readonly #release: () => void;
  #closed = false;
  /** What the query has slept since the last turn of others. */
  #waitMs = 0;
  /** The row that the batch before had no room for. */
  #heldBack: Batch | undefined;
  /** What `attempt` has gathered and `next` is to go on with. */
  #attempted: { readonly gathered: GatheredRows; readonly isComplete: boolean } | undefined;

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
    const attempted = this.#attempted;
    this.#attempted = undefined;
    if (attempted !== undefined) return this.#continue(attempted.gathered, attempted.isComplete);
    const gathered = new GatheredRows(wanted);
    const isComplete = this.#slice(gathered);
    return isComplete && this.#waitMs === 0 ? gathered.batch() : this.#continue(gathered, isComplete);
  }

  /**
   * The first rows if one slice of this length is enough for them. If not, `attempt` or `next` goes on where it stopped.
   * @throws QueryOverrunError for a single step that takes longer than `overrunMaxMs`
   */
  attempt(wanted: BatchRequest, sliceMs: number, overrunMaxMs?: number): RowBatch | undefined {
    const gathered = this.#attempted?.gathered ?? new GatheredRows(wanted);
    this.#attempted = undefined;
    const isComplete = this.#slice(gathered, sliceMs, overrunMaxMs);
    if (isComplete && this.#waitMs === 0) return gathered.batch();
    this.#attempted = { gathered, isComplete };
    return undefined;
  }

  /** Whether an attempt has stopped in the middle of computing: it neither sleeps nor waits for anything else. */
  get isComputing(): boolean {
    return this.#attempted?.isComplete === false && this.#waitMs === 0;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#heldBack = undefined;
    this.#attempted = undefined;
    this.#run.close();
    this.#release();
  }

  async #continue(gathered: GatheredRows, isComplete: boolean): Promise<RowBatch> {
    await this.#giveWay(gathered.wanted);
    while (!isComplete) {
      isComplete = this.#slice(gathered);
      if (!isComplete || this.#waitMs > 0) await this.#giveWay(gathered.wanted);
    }
    return gathered.batch();
  }

  /** Lets others run: for a turn, or for as long as the query slept. */
  async #giveWay(wanted: BatchRequest): Promise<void> {
    if (this.#waitMs === 0) {
      await eventLoopTurn();
      return;
    }
    const endMs = this.#host.monotonicMs() + this.#waitMs;
    this.#waitMs = 0;
    for (let leftMs = endMs - this.#host.monotonicMs(); leftMs > 0; leftMs = endMs - this.#host.monotonicMs()) {
      await delay(Math.min(leftMs, SLEEP_SLICE_MS));
      this.#requireTime(wanted);
    }
  }

  /** True when the batch is complete. */
  #slice(gathered: GatheredRows, sliceMs = QUERY_SLICE_MS, overrunMaxMs?: number): boolean {
    this.#requireTime(gathered.wanted);
    const { rowsMax, bytesMax } = gathered.wanted;
    const endMs = this.#host.monotonicMs() + sliceMs;
    for (let leftMs = sliceMs; ; leftMs = endMs - this.#host.monotonicMs()) {
      if (leftMs <= 0) return false;
      const maxBytes = Math.max(1, Math.min(bytesMax - gathered.size, ROWS_PIECE_BYTES));
      const chunk =
        this.#heldBack ??
        this.#run.next({
          ...{ maxRows: rowsMax - gathered.count, maxBytes, sliceMs: leftMs, overrunMaxMs },
          keepsBytes: gathered.holdsLastChunk,
        });
      this.#waitMs += chunk.waitMs;
      const isComplete = gathered.add(chunk);
      this.#heldBack = gathered.heldBack;
      // A piece that is full ends for that reason, one that is not because the slice is over.
      if (isComplete || this.#waitMs > 0 || chunk.bytes.length < ROWS_PIECE_BYTES) return isComplete;
    }
  }

  #requireTime(wanted: BatchRequest): void {
    if (this.#closed) throw new CairnError('cancelled', 'the query was closed');
    if (wanted.cancellation.isCancelled) throw new CairnError('cancelled', 'the query was cancelled');
    if (this.#host.monotonicMs() <= wanted.deadlineMs) return;
    throw new CairnError('timeout', 'the query did not end within its time', { retryable: false });
  }
}

/** Of the bytes wanted in a batch, how many times as many it may have at most: the row that fills it may be large. */
const BATCH_OVERRUN_MAX = 1.5;

/** A chunk of rows up to this size is copied; a larger one keeps its buffer, and the run gets another. */
const COPIED_CHUNK_MAX_BYTES = 16 * 1024;

class GatheredRows {
  readonly wanted: BatchRequest;
  readonly #parts: Uint8Array[] = [];
  count = 0;
  size = 0;
  /** The last row, when it would make the batch too large beside the others. */
  heldBack: Batch | undefined;
  /** The bytes of the last chunk are part of the batch where the run has written them. */
  holdsLastChunk = false;
  #done = false;

  constructor(wanted: BatchRequest) {
    this.wanted = wanted;
  }

  /** True when the batch is complete. */
  add(chunk: Batch): boolean {
    const { bytesMax, rowsMax, whenFull } = this.wanted;
    const sizeBytes = this.size + chunk.bytes.length;
    if (whenFull === 'refuse' && sizeBytes > bytesMax) {
      throw new MessageTooLargeError('reply', { sizeBytes, limitBytes: bytesMax });
    }
    if (whenFull === 'stop' && sizeBytes > BATCH_OVERRUN_MAX * bytesMax && this.count + chunk.rows > 1) {
      const last = lastRow(chunk);
      this.heldBack = { ...chunk, rows: 1, bytes: Buffer.from(chunk.bytes.subarray(last)), waitMs: 0 };
      this.#push({ ...chunk, rows: chunk.rows - 1, bytes: chunk.bytes.subarray(0, last), done: false });
      return true;
    }
    this.#push(chunk);
    return chunk.done || this.count >= rowsMax || (whenFull === 'stop' && this.size >= bytesMax);
  }

  batch(): RowBatch {
    return { rows: new EncodedRows(this.count, this.#parts), done: this.#done };
  }

  #push(chunk: Batch): void {
    this.#done = chunk.done;
    this.holdsLastChunk = false;
    if (chunk.rows === 0) return;
    // Small ones are copied unless they are the last, because the run writes its next rows over these.
    this.holdsLastChunk = chunk.done || chunk.bytes.length >= COPIED_CHUNK_MAX_BYTES;
    this.#parts.push(this.holdsLastChunk ? chunk.bytes : Buffer.from(chunk.bytes));
    this.count += chunk.rows;
    this.size += chunk.bytes.length;
  }
}

/** Where the last row of a chunk begins. */
function lastRow(chunk: Batch): number {
  let offset = 0;
  for (let row = 1; row < chunk.rows; row++) offset = skipValue(chunk.bytes, offset);
  return offset;
}
