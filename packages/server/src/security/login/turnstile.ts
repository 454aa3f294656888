import { CairnError } from '@cairn/protocol/internal';

interface Waiter {
  readonly enter: () => void;
  readonly turnAway: (error: CairnError) => void;
}

export interface TurnstileOptions {
  readonly atOnce: number;
  readonly waitingMax: number;
  /** What passes, for the message to those that are turned away. */
  readonly what: string;
  /**
   * Whoever has come last passes first, and the one who has waited longest makes room when too many wait: so a heap of those who
   * came before, and will be sent away anyway, does not stand before somebody who will be let in.
   */
  readonly newestFirst?: boolean;
}

/** Lets a few pass at a time; the others wait, and when too many wait one is turned away. */
export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #waiting: Waiter[] = [];
  #inside = 0;

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  /** True when nobody is inside or waiting. */
  get isIdle(): boolean {
    return this.#inside === 0;
  }

  /** @throws CairnError `overloaded`, retryable, when too many wait already. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#options.atOnce) this.#inside++;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#options.newestFirst === true ? this.#waiting.pop() : this.#waiting.shift();
      // Whoever leaves hands his place to the next one, so that nobody can slip in between.
      if (next === undefined) this.#inside--;
      else next.enter();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#options.waitingMax) {
      const oldest = this.#options.newestFirst === true ? this.#waiting.shift() : undefined;
      if (oldest === undefined) throw this.#tooMany();
      oldest.turnAway(this.#tooMany());
    }
    return new Promise((enter, turnAway) => this.#waiting.push({ enter, turnAway }));
  }

  #tooMany(): CairnError {
    const { what, waitingMax } = this.#options;
    return new CairnError('overloaded', `too many ${what} are waiting, try again`, {
      retryable: true,
      details: { limit: waitingMax },
    });
  }
}
