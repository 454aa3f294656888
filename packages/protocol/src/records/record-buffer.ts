/**
 * The pieces of a record that spans chunks. Keeps them apart until the record is whole, so that a record of many
 * chunks is copied once; past the limit it keeps the first piece only and counts.
 */
export class RecordBuffer {
  readonly #limitBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes seen since the last `take`, stored or not. */
  get bytes(): number {
    return this.#bytes;
  }

  get overflowed(): boolean {
    return this.#bytes > this.#limitBytes;
  }

  /** `piece` must not change later: the chunks of a file stream do not. */
  append(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    if (!this.overflowed) this.#pieces.push(piece);
    else if (this.#pieces.length > 1) this.#pieces.length = 1;
  }

  /** The record, or its beginning when it overflowed; empties the buffer. */
  take(): Buffer {
    const record = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    return record;
  }
}
