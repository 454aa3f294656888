import { CairnError } from '@cairn/protocol/internal';

/** Lets a few pass at a time; the others wait in order, and when too many wait the next is turned away. */
export class Turnstile {
  readonly #atOnce: number;
  readonly #waitingMax: number;
  readonly #what: string;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(options: { atOnce: number; waitingMax: number; what: string }) {
    this.#atOnce = options.atOnce;
    this.#waitingMax = options.waitingMax;
    this.#what = options.what;
  }

  /** True when nobody is inside or waiting. */
  get isIdle(): boolean {
    return this.#inside === 0;
  }

  /** @throws CairnError `overloaded`, retryable, when too many wait already. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#atOnce) this.#inside++;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Whoever leaves hands his place to the next one, so that nobody can slip in between.
      if (next === undefined) this.#inside--;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw new CairnError('overloaded', `too many ${this.#what} are waiting, try again`, {
        retryable: true,
        details: { limit: this.#waitingMax },
      });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
