import { randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * What the server takes from the world around it: clocks, chance and files. Tests hand in their own, so that they can
 * move the clock and repeat chance.
 */
export interface Host {
  /** Wall clock, milliseconds since 1970. May jump. */
  nowMs(): number;
  /** A clock that never goes back, milliseconds since some fixed moment. For durations and deadlines. */
  monotonicMs(): number;
  /** `count` unpredictable bytes, the caller's to keep. */
  randomBytes(count: number): Uint8Array;
  /** The text of a file; rejects when there is none. */
  readTextFile(path: string): Promise<string>;
}

/** Random bytes are drawn in pieces of this size, because a call into the system for each 8 bytes costs a microsecond. */
const POOL_BYTES = 16 * 1024;

class RandomPool {
  #pool = new Uint8Array(0);
  #used = 0;

  take(count: number): Uint8Array {
    if (count > POOL_BYTES / 4) return randomFillSync(new Uint8Array(count));
    if (this.#used + count > this.#pool.length) {
      // A new pool, never a refilled one: slices of the old one may be kept by whoever asked for them.
      this.#pool = randomFillSync(new Uint8Array(POOL_BYTES));
      this.#used = 0;
    }
    const slice = this.#pool.subarray(this.#used, this.#used + count);
    this.#used += count;
    return slice;
  }
}

/** The real world. */
export function systemHost(): Host {
  const pool = new RandomPool();
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    randomBytes: (count) => pool.take(count),
    readTextFile: (path) => readFile(path, 'utf8'),
  };
}
