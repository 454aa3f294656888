import type { LoggedChange } from './logged-change.ts';

/**
 * Changes that wait for their run. Those of one document wait for each other, so that they are told in the order of their commits;
 * those of different ones do not.
 */
export class ChangeLanes {
  /** Changes of each document in order; the first ones are under way where the lane is busy. */
  readonly #lanes = new Map<string, { readonly changes: LoggedChange[]; isBusy: boolean }>();
  readonly #ready: string[] = [];
  #size = 0;

  /** How many there are, those under way included. */
  get size(): number {
    return this.#size;
  }

  add(lane: string, change: LoggedChange): void {
    this.#size++;
    const known = this.#lanes.get(lane);
    if (known !== undefined) {
      known.changes.push(change);
      return;
    }
    this.#lanes.set(lane, { changes: [change], isBusy: false });
    this.#ready.push(lane);
  }

  /** The first changes of a lane that is not busy, which is busy from now on. */
  take(max: number): { lane: string; changes: readonly LoggedChange[] } | undefined {
    const lane = this.#ready.shift();
    if (lane === undefined) return undefined;
    const found = this.#lanes.get(lane)!;
    found.isBusy = true;
    return { lane, changes: found.changes.slice(0, max) };
  }

  /** The first so many changes of a busy lane are done. */
  done(lane: string, count: number): void {
    const found = this.#lanes.get(lane)!;
    found.changes.splice(0, count);
    this.#size -= count;
    if (found.changes.length === 0) {
      this.#lanes.delete(lane);
      return;
    }
    found.isBusy = false;
    this.#ready.push(lane);
  }
}
