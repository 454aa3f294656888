import type { Host } from '../../../host.ts';
import { RATE_LIMIT_CALLS_MAX, RATE_LIMIT_NAMES_MAX } from '../../../limits.ts';

/** Counts calls by name in sliding windows: a call counts until its window is over, and refused ones do not count. */
export class RateLimiter {
  readonly #host: Host;
  /** Moments of the calls that still count, oldest first; names in the order of their last call. */
  readonly #calls = new Map<string, number[]>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** False when this call is one too many. */
  allows(name: string, most: number, windowS: number): boolean {
    const nowMs = this.#host.monotonicMs();
    const since = nowMs - windowS * 1000;
    const recent = (this.#calls.get(name) ?? []).filter((moment) => moment > since);
    const isAllowed = recent.length < Math.min(most, RATE_LIMIT_CALLS_MAX);
    if (isAllowed) recent.push(nowMs);
    this.#calls.delete(name);
    if (recent.length > 0) this.#calls.set(name, recent);
    if (this.#calls.size > RATE_LIMIT_NAMES_MAX) this.#calls.delete(this.#calls.keys().next().value!);
    return isAllowed;
  }
}
