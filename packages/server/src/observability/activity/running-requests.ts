import { CairnError, type CommandName } from '@cairn/protocol/internal';
import type { Door } from './door.ts';

/** A request that has not been answered yet. */
export interface Running {
  readonly name: CommandName;
  /** Undefined before somebody has authenticated. */
  readonly user: string | undefined;
  readonly address: string;
  readonly door: Door;
  readonly fields: object;
  /** On the host's monotonic clock. */
  readonly startMs: number;
  /** False when nothing in it looks whether it should stop. */
  readonly isStoppable: boolean;
  stop(): void;
}

/** The requests under way that could not be answered in the turn in which they came, by a number of their own. */
export class RunningRequests {
  readonly #running = new Map<number, Running>();
  #last = 0;

  get size(): number {
    return this.#running.size;
  }

  /** Answers the number under which it is known until `ended`. */
  began(running: Running): number {
    const number = ++this.#last;
    this.#running.set(number, running);
    return number;
  }

  ended(number: number): void {
    this.#running.delete(number);
  }

  /** Of this user, or all, the oldest first. */
  *list(user?: string): Generator<readonly [number, Running]> {
    for (const entry of this.#running) if (user === undefined || entry[1].user === user) yield entry;
  }

  /**
   * Tells a request to stop; it is answered `cancelled` when it next looks.
   * @param user whose it must be; undefined: anybody's
   * @throws CairnError `not_found`, also for a request of somebody else; `invalid_argument` when it cannot be stopped
   */
  stop(number: number, user?: string): void {
    const running = this.#running.get(number);
    if (running === undefined || (user !== undefined && running.user !== user)) {
      throw new CairnError('not_found', `Request ${number} is not running`, { details: { request: number } });
    }
    if (!running.isStoppable) {
      throw new CairnError('invalid_argument', `'${running.name}' cannot be stopped once it has begun`, {
        details: { request: number, command: running.name },
      });
    }
    running.stop();
  }
}
