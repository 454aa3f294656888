import {
  BUSY_FOR_MS,
  BUSY_UTILIZATION,
  RESTED_UTILIZATION,
  RUNNING_AVERAGED_MS,
  RUNNING_CALM_MS,
  RUNNING_FEWEST,
  RUNNING_PER_MS_ASSUMED,
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
 * Turning away makes rest too, so the limit stays until there has been no need of it for a while.
 */
export class RunningLimit {
  readonly #waitMaxMs: number;
  #timer: NodeJS.Timeout | undefined;
  #last: LoopTimes = { active: 0, idle: 0 };
  #isBusy = false;
  /** How long the event loop has had no rest. */
  #busyMs = 0;
  /** How long nobody has been turned away. */
  #calmMs = 0;
  #ended = 0;
  #turnedAway = 0;
  /** Requests that end in a millisecond in which the event loop works; of the last while, as is its utilization. */
  #perMs = RUNNING_PER_MS_ASSUMED;
  #utilization = 0;

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
    if (!this.#isBusy) return Number.POSITIVE_INFINITY;
    return Math.max(RUNNING_FEWEST, Math.round(this.#perMs * this.#waitMaxMs));
  }

  /** A request that was under way has ended. */
  ended(): void {
    this.#ended++;
  }

  /** A request was turned away because of the limit. */
  turnedAway(): void {
    this.#turnedAway++;
  }

  sample(times: LoopTimes): void {
    const activeMs = times.active - this.#last.active;
    const passedMs = activeMs + times.idle - this.#last.idle;
    this.#last = times;
    if (passedMs <= 0) return;
    this.#average(activeMs, passedMs);
    this.#busyMs = activeMs / passedMs >= BUSY_UTILIZATION ? this.#busyMs + passedMs : 0;
    this.#calmMs = this.#turnedAway > 0 ? 0 : this.#calmMs + passedMs;
    this.#turnedAway = 0;
    if (this.#busyMs >= BUSY_FOR_MS) {
      if (!this.#isBusy) this.#calmMs = 0;
      this.#isBusy = true;
    } else if (this.#calmMs >= RUNNING_CALM_MS || this.#utilization < RESTED_UTILIZATION) this.#isBusy = false;
  }

  #average(activeMs: number, passedMs: number): void {
    if (activeMs > 0) this.#perMs += weightOf(activeMs) * (this.#ended / activeMs - this.#perMs);
    this.#utilization += weightOf(passedMs) * (activeMs / passedMs - this.#utilization);
    this.#ended = 0;
  }
}

/** What a time counts for in an average of the last while. */
function weightOf(ms: number): number {
  return 1 - Math.exp(-ms / RUNNING_AVERAGED_MS);
}
