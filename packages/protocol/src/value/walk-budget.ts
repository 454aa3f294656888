import { LIMITS } from '../limits.ts';
import { ValueLimitError } from './value-limit-error.ts';

/**
 * Bounds one walk through a computed value. An array that holds one array twice, that array another twice and so on
 * is small in memory, and yet a walk through forty such levels would not end in this life.
 *
 * Whoever walks asks before it enters an array or an object, so that ordinary values cost next to nothing.
 */
export class WalkBudget {
  #left = 0;

  begin(): void {
    this.#left = LIMITS.walkMaxElements;
  }

  /**
   * Counts the elements of an array or the members of an object `depth` levels down.
   * @throws ValueLimitError
   */
  enter(elements: number, depth: number): void {
    if (depth > LIMITS.computedNestingMaxDepth) throw nestedTooDeep();
    this.#left -= elements + 1;
    if (this.#left < 0) {
      throw new ValueLimitError(`A value has more than ${LIMITS.walkMaxElements} elements`, LIMITS.walkMaxElements);
    }
  }

  /** Lets the observer know of the walk, unless it was short: those that start short walks count them themselves. */
  end(): void {
    const elements = LIMITS.walkMaxElements - this.#left;
    if (elements > SHORT_WALK_ELEMENTS) reportWalk(elements);
  }
}

/** What refuses a value nested deeper than walks go. */
export function nestedTooDeep(): ValueLimitError {
  const limit = LIMITS.computedNestingMaxDepth;
  return new ValueLimitError(`A value is nested deeper than ${limit} levels`, limit);
}

/** Elements of a walk that nobody needs to hear of: less than a microsecond. */
const SHORT_WALK_ELEMENTS = 64;

/** Elements walked between two calls of the observer: about a millisecond. */
const ELEMENTS_PER_REPORT = 65_536;

let observer: (() => void) | undefined;
let unreported = 0;

/**
 * Sets who is called now and then while values are walked, however many walks that takes; what it throws ends the
 * walk. Sorting a thousand large values is a thousand walks inside one call, and this is how its deadline is kept.
 *
 * @returns the one before, to be set again
 */
export function observeWalks(next: (() => void) | undefined): (() => void) | undefined {
  const before = observer;
  observer = next;
  return before;
}

/** Counts work that grew with a value. */
export function reportWalk(elements: number): void {
  unreported += elements;
  if (unreported < ELEMENTS_PER_REPORT) return;
  unreported = 0;
  observer?.();
}
