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
  /** The time and the version: many keys have them in common. */
  #head = '';
  #counter = 0;

  constructor(host: Host) {
    this.#host = host;
    this.#begin(0);
  }

  next(): string {
    this.#advance();
    const random = this.#host.randomBytes(8);
    const counter = (this.#counter >> 8).toString(16) + HEX[this.#counter & 0xff]!;
    const variant = HEX[(random[0]! & 0x3f) | 0x80]! + HEX[random[1]!]!;
    let tail = '';
    for (let i = 2; i < 8; i++) tail += HEX[random[i]!]!;
    return `${this.#head}${counter}-${variant}-${tail}`;
  }

  /** A clock that stands or goes back is outrun by the counter, and a full counter borrows from the next millisecond. */
  #advance(): void {
    const nowMs = this.#host.nowMs();
    if (nowMs > this.#lastMs) this.#begin(nowMs);
    else if (++this.#counter > COUNTER_MAX) this.#begin(this.#lastMs + 1);
  }

  #begin(ms: number): void {
    this.#lastMs = ms;
    this.#counter = 0;
    const time = ms.toString(16).padStart(12, '0');
    this.#head = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  }
}
