import type { ImportDocument, ReaderStart } from '@cairn/protocol/internal';
import type { Reject } from '../resume/rejects.ts';

/** A document on its way, with the line it came from. */
export interface BatchDocument {
  readonly line: number;
  readonly document: ImportDocument;
}

/** A stretch of the source that is sent and remembered as one. */
export interface Batch {
  readonly documents: readonly BatchDocument[];
  /** What reading already found wrong in this stretch. */
  readonly rejects: readonly Reject[];
  /** Where the source goes on behind it. */
  readonly next: ReaderStart;
  /** Records of the source up to `next`. */
  readonly ordinal: number;
  /** An earlier run may have stored some of these. */
  readonly maybeStored: boolean;
}

/** Collects documents until a batch is full. */
export class BatchBuilder {
  readonly #limits: { readonly documents: number; readonly bytes: number };
  #documents: BatchDocument[] = [];
  #rejects: Reject[] = [];
  #bytes = 0;

  constructor(limits: { documents: number; bytes: number }) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#documents.length === 0 && this.#rejects.length === 0;
  }

  /** Rejects count as documents, so that a file of junk makes batches too and not one growing list. */
  get isFull(): boolean {
    return this.#documents.length + this.#rejects.length >= this.#limits.documents || this.#bytes >= this.#limits.bytes;
  }

  /** Whether so many bytes more would make the batch larger than it may be; an empty one takes anything. */
  wouldOverflow(bytes: number): boolean {
    return this.#bytes > 0 && this.#bytes + bytes > this.#limits.bytes;
  }

  add(document: BatchDocument, bytes: number): void {
    this.#documents.push(document);
    this.#bytes += bytes;
  }

  reject(reject: Reject, bytes: number): void {
    this.#rejects.push(reject);
    this.#bytes += bytes;
  }

  take(end: Pick<Batch, 'next' | 'ordinal' | 'maybeStored'>): Batch {
    const batch: Batch = { documents: this.#documents, rejects: this.#rejects, ...end };
    this.#documents = [];
    this.#rejects = [];
    this.#bytes = 0;
    return batch;
  }
}
