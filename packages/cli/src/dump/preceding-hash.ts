import { createHash } from 'node:crypto';

const LINE_FEED = 0x0a;

/** SHA-256 of everything before the last line of a text that comes in chunks. */
export class PrecedingHash {
  readonly #hash = createHash('sha256');
  /** The line that may be the last one, as far as it is known. */
  #held: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    // A line feed at the very end may be that of the last line.
    const lineStart = bytes.length < 2 ? 0 : bytes.lastIndexOf(LINE_FEED, bytes.length - 2) + 1;
    this.#hash.update(bytes.subarray(0, lineStart));
    this.#held = Uint8Array.prototype.slice.call(bytes, lineStart);
  }

  /** Hexadecimal; nothing can be pushed afterwards. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
