/**
 * Lets changes of users, roles and keys happen one after the other. Each reads what it is about, writes it to disk and only then shows
 * it; another one that read the same before it was shown would undo it: a password that was just changed would be the old one again, a
 * key that was just deleted would be back.
 */
export class ChangeQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `change` when all that were asked for before it have ended, well or not. What runs inside must not ask for a turn of its own. */
  inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(change);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
