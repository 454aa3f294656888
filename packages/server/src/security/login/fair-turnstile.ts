import { CairnError } from '@cairn/protocol/internal';

/** Somebody who waits. */
interface Waiting {
  readonly enter: () => void;
}

/**
 * Lets a few pass at a time. Those who wait stand in lanes, by where they come from, and the lanes take turns, so that whoever
 * sends many makes none but his own wait long. When too many wait in a lane, or in all, the next is turned away.
 */
export class FairTurnstile {
  readonly #atOnce: number;
  readonly #laneMax: number;
  readonly #allMax: number;
  readonly #what: string;
  /** In the order in which they take turns. */
  readonly #lanes = new Map<string, Waiting[]>();
  #waiting = 0;
  #inside = 0;

  constructor(options: { atOnce: number; waitingMax: { lane: number; all: number }; what: string }) {
    this.#atOnce = options.atOnce;
    this.#laneMax = options.waitingMax.lane;
    this.#allMax = options.waitingMax.all;
    this.#what = options.what;
  }

  /** @throws CairnError `overloaded`, retryable, when too many wait already. */
  async pass<T>(lane: string, work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#atOnce) this.#inside++;
    else await this.#wait(lane);
    try {
      return await work();
    } finally {
      const next = this.#takeNext();
      // Whoever leaves hands his place to the next one, so that nobody can slip in between.
      if (next === undefined) this.#inside--;
      else next.enter();
    }
  }

  #wait(lane: string): Promise<void> {
    const before = this.#lanes.get(lane) ?? [];
    const limit = before.length >= this.#laneMax ? this.#laneMax : this.#allMax;
    if (before.length >= this.#laneMax || this.#waiting >= this.#allMax) {
      throw new CairnError('overloaded', `too many ${this.#what} are waiting, try again`, {
        retryable: true,
        details: { limit },
      });
    }
    this.#lanes.set(lane, before);
    this.#waiting++;
    return new Promise((enter) => before.push({ enter }));
  }

  /** The first of the lane whose turn it is; the lane goes to the end. */
  #takeNext(): Waiting | undefined {
    const [first] = this.#lanes;
    if (first === undefined) return undefined;
    const [lane, waiting] = first;
    const next = waiting.shift();
    this.#lanes.delete(lane);
    if (waiting.length > 0) this.#lanes.set(lane, waiting);
    this.#waiting--;
    return next;
  }
}
