import type { ReaderStart, RecordReader, SourceRecord } from '@cairn/protocol/internal';
import { type Batch, BatchBuilder } from './delivery/batch.ts';
import { type Delivered, type DeliveryOptions, deliver } from './delivery/delivery.ts';
import { OrderedSender } from './delivery/ordered-sender.ts';
import { type PreparationOptions, prepareDocument } from './document-preparation.ts';
import type { CheckpointFile, CheckpointState } from './resume/checkpoint.ts';
import { KeySequence } from './resume/key-sequence.ts';
import type { RejectsFile } from './resume/rejects.ts';

export interface ImportRunOptions extends PreparationOptions {
  readonly reader: RecordReader;
  /** Bytes of the source from the reader's start on. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The state to go on from; of a fresh import, zeros. */
  readonly start: CheckpointState;
  readonly delivery: DeliveryOptions;
  readonly rejects: RejectsFile;
  /** Absent for a source that cannot be read again, such as standard input. */
  readonly checkpoint?: CheckpointFile;
  readonly limits: ImportRunLimits;
  readonly onProgress?: (state: CheckpointState) => void;
  readonly nowMs?: () => number;
}

export interface ImportRunLimits {
  readonly depthMax: number;
  readonly batchDocuments: number;
  readonly batchBytes: number;
  readonly batchesInFlight: number;
  readonly claimAheadBytes: number;
  readonly checkpointIntervalMs: number;
}

/**
 * Carries the records of a source into a collection. Memory is bounded by the batches in flight; what is done is always
 * a whole beginning of the source, and the checkpoint says where it ends.
 *
 * `state` is the truth about what is done, also after `run` threw.
 */
export class ImportRun {
  readonly #options: ImportRunOptions;
  readonly #keys: KeySequence;
  readonly #builder: BatchBuilder;
  readonly #sender: OrderedSender<Batch, Delivered>;
  readonly #nowMs: () => number;
  /** Up to here an earlier run may have stored documents that its checkpoint does not count. */
  readonly #maybeStoredTo: number;
  #state: CheckpointState;
  #ordinal: number;
  /** Where the last record read ends. */
  #end: { readonly offset: number; readonly line: number };
  /** Byte at which the batch begins that is being collected. */
  #batchStart: number;
  #checkpointedMs: number;

  constructor(options: ImportRunOptions) {
    this.#options = options;
    this.#keys = new KeySequence(options.start.keySeed);
    this.#builder = new BatchBuilder({ documents: options.limits.batchDocuments, bytes: options.limits.batchBytes });
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#maybeStoredTo = options.start.claimedTo;
    this.#state = options.start;
    this.#ordinal = options.start.ordinal;
    this.#end = options.start;
    this.#batchStart = options.start.offset;
    this.#checkpointedMs = this.#nowMs();
    this.#sender = new OrderedSender({
      run: (batch) => deliver(batch.documents, batch.maybeStored, options.delivery),
      settle: (batch, delivered) => this.#settle(batch, delivered),
      inFlightMax: options.limits.batchesInFlight,
    });
  }

  get state(): CheckpointState {
    return this.#state;
  }

  /** Imports to the end of the source; throws when a batch could not be delivered, or when the signal aborts. */
  async run(): Promise<void> {
    const { reader, chunks, delivery } = this.#options;
    try {
      for await (const chunk of chunks) {
        delivery.signal?.throwIfAborted();
        await this.#take(reader.push(chunk));
      }
      delivery.signal?.throwIfAborted();
      await this.#take(reader.end());
      if (!this.#builder.isEmpty) await this.#submit();
      await this.#sender.drain();
    } finally {
      await this.#sender.settled();
      this.#writeCheckpoint(this.#state.claimedTo);
    }
  }

  async #take(records: readonly SourceRecord[]): Promise<void> {
    for (const record of records) {
      if (this.#builder.wouldOverflow(sizeOf(record))) await this.#submit();
      this.#add(record);
      this.#end = { offset: record.endOffset, line: record.endLine };
      if (this.#builder.isFull) {
        await this.#submit();
      }
    }
  }

  #add(record: SourceRecord): void {
    const ordinal = this.#ordinal++;
    if (record.kind === 'bad') {
      this.#builder.reject({ line: record.line, reason: record.reason, text: record.text }, sizeOf(record));
      return;
    }
    const reason = prepareDocument(record.document, this.#keys, ordinal, {
      keyField: this.#options.keyField,
      numberFields: this.#options.numberFields,
      depthMax: this.#options.limits.depthMax,
    });
    if (reason === undefined) this.#builder.add(record, record.bytes);
    else this.#builder.reject({ line: record.line, reason, document: record.document }, record.bytes);
  }

  async #submit(): Promise<void> {
    const end = this.#end;
    const next: ReaderStart = { ...end, columns: this.#options.reader.columns };
    // The batch began before its end, so the first one past the claim may still hold stored documents: `state.offset`
    // only ever lies at batch ends, and so does every claim that matters.
    const maybeStored = this.#batchStart < this.#maybeStoredTo;
    this.#batchStart = end.offset;
    if (end.offset > this.#state.claimedTo) this.#writeCheckpoint(end.offset + this.#options.limits.claimAheadBytes);
    await this.#sender.submit(this.#builder.take({ next, ordinal: this.#ordinal, maybeStored }));
  }

  #settle(batch: Batch, delivered: Delivered): void {
    const { rejects, checkpoint, limits, onProgress } = this.#options;
    rejects.write([...batch.rejects, ...delivered.rejects].sort((a, b) => a.line - b.line));
    this.#state = {
      ...this.#state,
      offset: batch.next.offset,
      line: batch.next.line,
      columns: batch.next.columns,
      ordinal: batch.ordinal,
      imported: this.#state.imported + delivered.stored,
      rejects: { count: rejects.count, bytes: rejects.bytes },
    };
    const now = this.#nowMs();
    if (checkpoint !== undefined && now - this.#checkpointedMs >= limits.checkpointIntervalMs) {
      this.#writeCheckpoint(this.#state.claimedTo);
    }
    onProgress?.(this.#state);
  }

  #writeCheckpoint(claimedTo: number): void {
    this.#state = { ...this.#state, claimedTo };
    this.#options.checkpoint?.write(this.#state);
    this.#checkpointedMs = this.#nowMs();
  }
}

function sizeOf(record: SourceRecord): number {
  return record.kind === 'document' ? record.bytes : record.text.length;
}
