/** Time over which the rate is averaged, in ms: long enough not to flicker, short enough to follow a change. */
const WINDOW_MS = 10_000;
/** Samples kept; older ones are dropped first. */
const SAMPLES_MAX = 64;

/** Speed of something that counts upwards, over the last seconds. */
export class RateMeter {
  readonly #samples: { atMs: number; count: number }[] = [];

  /** Tells that `count` was reached at `atMs`. */
  record(atMs: number, count: number): void {
    const last = this.#samples.at(-1);
    if (last?.atMs === atMs) last.count = count;
    else this.#samples.push({ atMs, count });
    while (
      this.#samples.length > SAMPLES_MAX ||
      (this.#samples.length > 2 && atMs - this.#samples[1].atMs >= WINDOW_MS)
    ) {
      this.#samples.shift();
    }
  }

  /** Counted a second; 0 while nothing can be said. */
  perSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.count - first.count) * 1000) / (last.atMs - first.atMs);
  }

  /** Seconds until `total` is reached at this speed; undefined while nothing can be said. */
  secondsUntil(total: number): number | undefined {
    const speed = this.perSecond();
    const last = this.#samples.at(-1);
    if (last === undefined || speed <= 0) return undefined;
    return Math.max(0, (total - last.count) / speed);
  }
}
