/** Turns that may pass without such work for what it owes: it must not wait for ever. */
const OWED_TURNS_MAX = 4;

/**
 * Shares each turn of the event loop among users, for one kind of work. What may begin at once does; when the work of a turn has
 * used up its time, the next waits for another turn in lanes by user, and the lanes take turns. So somebody who sends hundreds of queries
 * that take a few milliseconds each makes himself wait, and hardly anybody else.
 */
export class FairTurns {
  readonly #turnMs: number;
  /** In the order in which they take turns. */
  readonly #lanes = new Map<string, (() => void)[]>();
  #spentMs = 0;
  #totalMs = 0;
  #owedMs = 0;
  #isPlanned = false;

  /** @param turnMs the time of one turn that such work may take */
  constructor(turnMs: number) {
    this.#turnMs = turnMs;
  }

  /** May work begin in this turn? */
  get hasTime(): boolean {
    return this.#spentMs < this.#turnMs && this.#lanes.size === 0;
  }

  /** What such work has taken since the start, milliseconds. */
  get totalMs(): number {
    return this.#totalMs;
  }

  /** Work has kept the event loop for so long. */
  spent(ms: number): void {
    this.#spentMs += ms;
    this.#totalMs += ms;
    this.#plan();
  }

  /** What work has left behind, such as a large answer, has kept the event loop for so long: the next turn has so much less. */
  owes(ms: number): void {
    this.#totalMs += ms;
    this.#owedMs = Math.min(this.#owedMs + ms, OWED_TURNS_MAX * this.#turnMs);
    this.#plan();
  }

  /** Has `begin` called in a later turn. */
  wait(user: string, begin: () => void): void {
    const lane = this.#lanes.get(user);
    if (lane === undefined) this.#lanes.set(user, [begin]);
    else lane.push(begin);
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isPlanned = false;
    this.#spentMs = Math.min(this.#owedMs, this.#turnMs);
    this.#owedMs -= this.#spentMs;
    while (this.#lanes.size > 0 && this.#spentMs < this.#turnMs) this.#takeNext()?.();
    if (this.#lanes.size > 0 || this.#owedMs > 0) this.#plan();
  }

  /** The first of the lane whose turn it is; the lane goes to the end. */
  #takeNext(): (() => void) | undefined {
    const [[user, lane] = []] = this.#lanes;
    if (user === undefined || lane === undefined) return undefined;
    this.#lanes.delete(user);
    const next = lane.shift();
    if (lane.length > 0) this.#lanes.set(user, lane);
    return next;
  }
}
