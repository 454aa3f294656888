import { setTimeout as sleep } from 'node:timers/promises';

/** A load that has fallen behind by more than this does not catch up: it would be a burst, milliseconds. */
const BEHIND_MAX_MS = 500;
/** Shorter waits than this are left out: timers are not finer. */
const WAIT_MIN_MS = 1;

/** Lets requests begin at their rate, and all stop for a while. */
export class Pace {
  /** Requests a second of all workers together; undefined: as fast as they can. */
  perSecond: number | undefined;
  /** Requests that have begun. */
  begun = 0;
  #underWay = 0;
  #dueMs = 0;
  #opened: Promise<void> = Promise.resolve();
  #open: () => void = () => {};

  /** Runs one request in its turn. */
  async turn(request: () => Promise<void>): Promise<void> {
    await this.#opened;
    await this.#untilDue();
    await this.#opened;
    this.begun++;
    this.#underWay++;
    try {
      await request();
    } finally {
      this.#underWay--;
    }
  }

  /** Runs `work` while no request is under way and none begins. */
  async whileStill<Outcome>(work: () => Promise<Outcome>): Promise<Outcome> {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    try {
      while (this.#underWay > 0) await sleep(5);
      return await work();
    } finally {
      this.#open();
    }
  }

  async #untilDue(): Promise<void> {
    if (this.perSecond === undefined) return;
    const nowMs = performance.now();
    this.#dueMs = Math.max(this.#dueMs + 1_000 / this.perSecond, nowMs - BEHIND_MAX_MS);
    if (this.#dueMs - nowMs > WAIT_MIN_MS) await sleep(this.#dueMs - nowMs);
  }
}
