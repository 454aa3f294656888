import { JAVASCRIPT_LIMITS } from './limits.ts';

/** Something that computes for longer than a moment, and may be taking memory. */
export interface Computing {
  readonly memoryBytes: number;
  /** Ends it: it has taken more than it may. */
  takesTooMuch(): void;
}

/**
 * Watches the memory of the process while isolates compute. V8's own limit ends the process when a single large object does
 * not fit; so isolates get a heap several times as large as their scripts may use, and whoever was in while the
 * process grew by more than that is ended from here.
 */
export class MemoryWatch {
  readonly #residentBytes: () => number;
  /** What the process held when each was first seen. */
  readonly #seen = new Map<Computing, number>();

  constructor(residentBytes: () => number = () => process.memoryUsage.rss()) {
    this.#residentBytes = residentBytes;
  }

  /** The process has grown by something that none of them has taken. */
  grew(bytes: number): void {
    for (const [one, before] of this.#seen) this.#seen.set(one, before + bytes);
  }

  /** @param computing all that have been computing since the last look at least */
  look(computing: readonly Computing[]): void {
    for (const known of this.#seen.keys()) if (!computing.includes(known)) this.#seen.delete(known);
    if (computing.length === 0) return;
    const nowBytes = this.#residentBytes();
    let last: Computing | undefined;
    for (const one of computing) {
      const before = this.#seen.get(one);
      if (before === undefined) this.#seen.set(one, nowBytes);
      else if (nowBytes - before > one.memoryBytes + JAVASCRIPT_LIMITS.memorySlackBytes) last = one;
    }
    // The one that came last: those before it were there when the process was smaller. If it was another, that is next.
    last?.takesTooMuch();
  }
}
