/** Bytes of the first piece: most transactions change little. */
const FIRST_PIECE_BYTES = 1024;
/** Bytes of a piece at most; each is twice as large as the one before. */
const PIECE_MAX_BYTES = 256 * 1024;

/**
 * Memory for the values of one transaction, back to back. Node's own pool would mix them with what is gone the next
 * moment, and a value that stays would keep all of that.
 */
export class ValueArena {
  #piece: Buffer = Buffer.allocUnsafeSlow(0);
  #used = 0;
  #nextBytes = FIRST_PIECE_BYTES;

  /** A buffer with anything in it. */
  readonly allocate = (length: number): Buffer => {
    if (this.#used + length > this.#piece.length) {
      if (length > this.#nextBytes / 4) return Buffer.allocUnsafeSlow(length);
      this.#piece = Buffer.allocUnsafeSlow(this.#nextBytes);
      this.#used = 0;
      this.#nextBytes = Math.min(this.#nextBytes * 2, PIECE_MAX_BYTES);
    }
    const start = this.#used;
    this.#used += length;
    return this.#piece.subarray(start, this.#used);
  };
}
