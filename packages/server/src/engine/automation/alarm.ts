import type { Host } from '../../host.ts';

/** The longest that a timer of Node runs. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Rings once at a moment of the host's clock, which may jump: whoever owns it has it look at the clock now and then. */
export class Alarm {
  readonly #host: Host;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #atMs = Number.POSITIVE_INFINITY;

  constructor(host: Host, ring: () => void) {
    this.#host = host;
    this.#ring = ring;
  }

  /** Sets it to a moment, milliseconds since 1970, in place of the one before; infinity: never. */
  set(atMs: number): void {
    if (atMs === this.#atMs && this.#timer !== undefined) return;
    this.clear();
    this.#atMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.min(Math.max(atMs - this.#host.nowMs(), 0), TIMER_MAX_MS);
    this.#timer = setTimeout(() => this.#tick(), Math.ceil(delayMs)).unref();
  }

  /** Rings if its moment has come. */
  check(): void {
    if (this.#host.nowMs() < this.#atMs) return;
    this.clear();
    this.#ring();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#atMs = Number.POSITIVE_INFINITY;
  }

  #tick(): void {
    if (this.#host.nowMs() >= this.#atMs) {
      this.check();
      return;
    }
    const atMs = this.#atMs;
    this.clear();
    this.set(atMs);
  }
}
