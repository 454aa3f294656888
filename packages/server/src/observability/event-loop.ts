import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { EVENT_LOOP_WINDOW_MS } from '../limits.ts';

const RESOLUTION_MS = 20;

type IntervalHistogram = ReturnType<typeof monitorEventLoopDelay>;

/** How late the event loop is, milliseconds. */
export interface EventLoopDelay {
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Watches the event loop from the first question on: a server that nobody asks does not pay for it. */
export class EventLoopWatch {
  #histogram: IntervalHistogram | undefined;
  #sinceMs = 0;
  #last: EventLoopDelay = { meanMs: 0, p99Ms: 0, maxMs: 0 };

  /** Time that the loop has worked since the start, and that it has waited; whoever asks twice knows its load. */
  get times(): { readonly activeMs: number; readonly idleMs: number } {
    const { active, idle } = performance.eventLoopUtilization();
    return { activeMs: active, idleMs: idle };
  }

  /** Over the window that is running, or over the last one when that has hardly begun. */
  delay(): EventLoopDelay {
    if (this.#histogram === undefined) {
      this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.#histogram.enable();
      this.#sinceMs = performance.now();
    }
    const ageMs = performance.now() - this.#sinceMs;
    if (ageMs >= EVENT_LOOP_WINDOW_MS / 2 || this.#last.maxMs === 0) this.#last = measured(this.#histogram);
    if (ageMs >= EVENT_LOOP_WINDOW_MS) {
      this.#histogram.reset();
      this.#sinceMs = performance.now();
    }
    return this.#last;
  }
}

/** The histogram counts from one tick to the next, so the tick itself is taken off. */
function measured(histogram: IntervalHistogram): EventLoopDelay {
  if (histogram.count === 0) return { meanMs: 0, p99Ms: 0, maxMs: 0 };
  const late = (nanoseconds: number) => Math.max(0, Math.round(nanoseconds / 1000) / 1000 - RESOLUTION_MS);
  return { meanMs: late(histogram.mean), p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) };
}
