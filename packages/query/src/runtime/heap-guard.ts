import { getHeapStatistics } from 'node:v8';
import { QueryLimitError } from './run-errors.ts';

/** The share of the process's heap beyond which a statement is ended: what is left lets the others go on. */
const HEAP_SHARE_MAX = 0.8;
/** Milliseconds between two looks: asking costs some microseconds, and in this time a statement makes some tens of megabytes. */
const LOOK_INTERVAL_MS = 4;
/** Growth during a statement below which it is not the one that fills the heap, in bytes. */
const INNOCENT_GROWTH_BYTES = 32 * 1024 * 1024;

const { heap_size_limit: heapLimitBytes } = getHeapStatistics();

/**
 * Ends the statement that fills the heap of the process. The budgets of a run count what it keeps in rows, groups and
 * tables; what an expression builds on the way has no owner to count it.
 */
export class HeapGuard {
  #lastLookMs = Number.NEGATIVE_INFINITY;
  /** Used bytes at the first look, garbage of others included. */
  #usedBefore = Number.POSITIVE_INFINITY;

  /** @throws QueryLimitError when the heap is nearly full and has grown while the statement ran */
  look(nowMs: number): void {
    if (nowMs - this.#lastLookMs < LOOK_INTERVAL_MS) return;
    this.#lastLookMs = nowMs;
    const { used_heap_size: used } = getHeapStatistics();
    this.#usedBefore = Math.min(this.#usedBefore, used);
    const limit = Math.floor(heapLimitBytes * HEAP_SHARE_MAX);
    if (used <= limit || used - this.#usedBefore < INNOCENT_GROWTH_BYTES) return;
    throw new QueryLimitError('processHeapBytes', limit);
  }
}
