import { setTimeout as sleep } from 'node:timers/promises';
import { TIMER_MAX_MS } from '../host/limits.ts';

/** Why a run was ended from outside. Thrown through Lua, which cannot catch it. */
export class RunEnded extends Error {
  readonly reason: 'timeout' | 'cancelled' | 'limit' | 'memory';

  constructor(reason: RunEnded['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Timers fire up to a millisecond early, and the clock that scripts see counts whole ones. */
const TIMER_EARLY_MS = 2;

/** Milliseconds that a script computes before others get their turn. */
const TURN_MS = 5;

/** The clock of one run: its deadline, and its turns beside other runs of the process. */
export class RunControl {
  readonly #deadlineMs: number;
  readonly #timeoutMs: number;
  readonly #onTurnUsed: () => void;
  #turnEndMs = performance.now() + TURN_MS;
  #ended: RunEnded | undefined;
  /** When waits are given up, by the clock of the process; the run itself goes on. */
  #waitsEndMs = Number.POSITIVE_INFINITY;
  /** Ends a wait that is under way. */
  #abandon: ((reason: RunEnded) => void) | undefined;

  /** @param onTurnUsed called when it has computed for a whole turn */
  constructor(deadlineMs: number, timeoutMs: number, onTurnUsed: () => void = () => {}) {
    this.#deadlineMs = deadlineMs;
    this.#timeoutMs = timeoutMs;
    this.#onTurnUsed = onTurnUsed;
  }

  /** @returns true when others should have their turn. @throws RunEnded */
  tick(): boolean {
    const nowMs = performance.now();
    this.check(nowMs);
    return nowMs >= this.#turnEndMs;
  }

  /** @throws RunEnded */
  check(nowMs: number = performance.now()): void {
    if (this.#ended !== undefined) throw this.#ended;
    if (nowMs >= this.#deadlineMs) throw this.#timeout();
  }

  async yieldTurn(): Promise<void> {
    this.#onTurnUsed();
    await this.wait(new Promise<void>((resolve) => setImmediate(resolve)));
  }

  /** Waits for what comes from outside, but not beyond the run's end. @throws RunEnded */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const abandoned = new Promise<never>((_, reject) => {
      this.#abandon = reject;
    });
    try {
      return await Promise.race([promise, abandoned]);
    } finally {
      this.#abandon = undefined;
      this.#turnEndMs = performance.now() + TURN_MS;
    }
  }

  /** From now on waits are given up after so many milliseconds; undefined lets them last. */
  limitWaits(afterMs: number | undefined): void {
    this.#waitsEndMs = afterMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + afterMs;
  }

  /** What a promise comes to, or `otherwise` when waits are given up before that. */
  async atMost<T>(promise: Promise<T>, otherwise: T): Promise<T> {
    const leftMs = this.#waitsEndMs - performance.now();
    if (leftMs === Number.POSITIVE_INFINITY) return promise;
    const over = new AbortController();
    const end = sleep(Math.min(Math.max(leftMs, 0) + TIMER_EARLY_MS, TIMER_MAX_MS), otherwise, { signal: over.signal });
    end.catch(() => {}); // what is awaited has come first
    try {
      return await Promise.race([promise, end]);
    } finally {
      over.abort();
    }
  }

  /** Called now and then from outside: a run that waits does not look at the clock itself. */
  sweep(nowMs: number, isCancelled: boolean): void {
    if (isCancelled) this.end(new RunEnded('cancelled', 'script was cancelled'));
    else if (nowMs >= this.#deadlineMs) this.end(this.#timeout());
  }

  end(reason: RunEnded): void {
    this.#ended ??= reason;
    this.#abandon?.(this.#ended);
  }

  #timeout(): RunEnded {
    return new RunEnded('timeout', `script timed out after ${this.#timeoutMs} ms`);
  }
}
