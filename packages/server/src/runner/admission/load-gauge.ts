import {
  LOAD_SAMPLE_MS,
  LOAD_SAMPLES_KEPT_MS,
  SHED_REQUESTS_MIN,
  SHED_SHARE_MAX,
  SHED_SHARE_STEP_S,
  WORK_SHARE_MIN,
} from '../../limits.ts';

/** How urgent a request is when not all can be served: those that last longest are turned away first. */
export type Weight = 'light' | 'heavy';

interface Sample {
  readonly atMs: number;
  readonly delayMs: number;
}

/**
 * Measures how long everything waits for the event loop, and says which share of the requests has to be turned away so that
 * the others do not wait longer than they should. The share follows the delay as in PIE (RFC 8033); as in CoDel (RFC 8289) only the least
 * delay of a while counts, so that a single long turn is no overload. A few large requests are none either: turning them
 * away would gain nothing.
 */
export class LoadGauge {
  readonly #targetMs: number;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;
  #requests = 0;
  /** Time that went into requests that were let in, since the last sample. */
  #workedMs = 0;
  #writes = 0;
  #samples: Sample[] = [];
  /** What is being turned away at present, 0 to 1. */
  #share = 0;
  readonly #debt: Record<Weight, number> = { light: 0, heavy: 0 };

  /** @param targetMs the delay from which on requests are turned away; 0 turns none away */
  constructor(targetMs: number) {
    this.#targetMs = targetMs;
  }

  /** Measures until `stop`. */
  start(): void {
    if (this.#targetMs === 0) return;
    // The time of this very process and not the host's: what is measured is how late a timer of Node's own comes.
    this.#lastMs = performance.now();
    this.#timer = setInterval(() => this.sample(performance.now()), LOAD_SAMPLE_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Share of the requests that is turned away now, 0 to 1. */
  get share(): number {
    return this.#share;
  }

  /** The least delay of the last while, milliseconds. */
  get delayMs(): number {
    return this.#samples.length < 2 ? 0 : Math.min(...this.#samples.map((one) => one.delayMs));
  }

  /** Counts a request, whatever becomes of it. */
  arrived(): void {
    this.#requests++;
  }

  /** True when a request is to be turned away: of each hundred so many as the share says, evenly. */
  turnsAway(weight: Weight): boolean {
    if (this.#share === 0) return false;
    const share = weight === 'heavy' ? Math.min(2 * this.#share, SHED_SHARE_MAX) : 2 * this.#share - 1;
    if (share <= 0) return false;
    this.#debt[weight] += Math.min(share, SHED_SHARE_MAX);
    if (this.#debt[weight] < 1) return false;
    this.#debt[weight] -= 1;
    return true;
  }

  /** A request that was let in has kept the event loop for so long. */
  worked(ms: number): void {
    this.#workedMs += ms;
  }

  /** A write was let in. */
  wrote(): void {
    this.#writes++;
  }

  /** A look at the clock, which comes later than it should when the event loop has other work. */
  sample(nowMs: number): void {
    const passedMs = nowMs - this.#lastMs;
    const isBusy = this.#requests >= SHED_REQUESTS_MIN;
    const delayMs = isBusy ? Math.max(0, passedMs - LOAD_SAMPLE_MS) : 0;
    this.#lastMs = nowMs;
    this.#samples.push({ atMs: nowMs, delayMs });
    // Always two at least: one alone says nothing about a while.
    while (this.#samples.length > 2 && nowMs - this.#samples[0]!.atMs > LOAD_SAMPLES_KEPT_MS) this.#samples.shift();
    // What writes cost shows later, in a commit of many: of them nobody knows the share.
    const isKnown = this.#writes <= this.#requests / 50;
    const workShare = isKnown && passedMs > 0 ? this.#workedMs / passedMs : 1;
    this.#workedMs = 0;
    this.#writes = 0;
    this.#requests = 0;
    this.#adjust(Math.min(passedMs, 1_000) / 1_000, workShare);
  }

  /** @param workShare the part of the time that went into requests that were let in */
  #adjust(passedS: number, workShare: number): void {
    let error = Math.min(Math.max((this.delayMs - this.#targetMs) / this.#targetMs, -1), 1);
    // When the time goes into turning away, turning more away gains nothing: those who get in must be worth it.
    if (error > 0 && workShare < WORK_SHARE_MIN) error = -error;
    const share = this.#share + error * SHED_SHARE_STEP_S * passedS;
    this.#share = Math.min(Math.max(share, 0), 1);
  }
}
