import {
  BUSY_FOR_MS,
  BUSY_UTILIZATION,
  RUNNING_FEWEST,
  RUNNING_RATE_KEPT_MS,
  RUNNING_SAMPLE_MS,
} from '../../limits.ts';

/** How the event loop has spent its time since the start, milliseconds. */
export interface LoopTimes {
  readonly active: number;
  readonly idle: number;
}

/**
 * How many requests may be under way at once while the event loop has no rest: those that it ends within the time that a
 * request may wait (Little's law). So the number follows from what requests cost, whatever they are. While there is rest there is no
 * limit here: then what makes requests wait is the disk or another thread, and turning some away would not make the others faster.
 */
export class RunningLimit {
  readonly #waitMaxMs: number;
  #timer: NodeJS.Timeout | undefined;
  #last: LoopTimes = { active: 0, idle: 0 };
  #busyMs = 0;
  #ended = 0;
  #perMs = 0;
  #limit = Number.POSITIVE_INFINITY;

  /** @param waitMaxMs how long requests under way may take to end; 0 for no limit */
  constructor(waitMaxMs: number) {
    this.#waitMaxMs = waitMaxMs;
  }

  /** Measures until `stop`. */
  start(): void {
    if (this.#waitMaxMs === 0) return;
    this.#last = performance.eventLoopUtilization();
    this.#timer = setInterval(() => this.sample(performance.eventLoopUtilization()), RUNNING_SAMPLE_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Requests that may be under way now; infinite while the event loop has rest. */
  get limit(): number {
    return this.#limit;
  }

  /** A request that was under way has ended. */
  ended(): void {
    this.#ended++;
  }

  sample(times: LoopTimes): void {
    const activeMs = times.active - this.#last.active;
    const passedMs = activeMs + times.idle - this.#last.idle;
    this.#last = times;
    if (passedMs <= 0) return;
    this.#busyMs = activeMs / passedMs >= BUSY_UTILIZATION ? this.#busyMs + passedMs : 0;
    const weight = 1 - Math.exp(-passedMs / RUNNING_RATE_KEPT_MS);
    this.#perMs += weight * (this.#ended / passedMs - this.#perMs);
    this.#ended = 0;
    this.#limit =
      this.#busyMs < BUSY_FOR_MS
        ? Number.POSITIVE_INFINITY
        : Math.max(RUNNING_FEWEST, Math.round(this.#perMs * this.#waitMaxMs));
  }
}
