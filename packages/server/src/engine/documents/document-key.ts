import type { Host } from '../../host.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** The counter beside the milliseconds has 12 bits. */
const COUNTER_MAX = 0xfff;

/**
 * Makes keys for documents that bring none: UUID version 7 (RFC 9562), each greater than the one before, so that new
 * documents go to the end of their collection.
 */
export class KeyGenerator {
  readonly #host: Host;
  #lastMs = 0;
  #counter = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  next(): string {
    this.#advance();
    const random = this.#host.randomBytes(8);
    const time = this.#lastMs.toString(16).padStart(12, '0');
    const counter = this.#counter.toString(16).padStart(3, '0');
    const variant = HEX[(random[0]! & 0x3f) | 0x80]! + HEX[random[1]!]!;
    let tail = '';
    for (let i = 2; i < 8; i++) tail += HEX[random[i]!]!;
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${variant}-${tail}`;
  }

  /** A clock that stands or goes back is outrun by the counter, and a full counter borrows from the next millisecond. */
  #advance(): void {
    const nowMs = this.#host.nowMs();
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      this.#counter = 0;
    } else if (++this.#counter > COUNTER_MAX) {
      this.#lastMs++;
      this.#counter = 0;
    }
  }
}
