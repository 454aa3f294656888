/** Rows and time of each operator of the outermost query; operators are numbered from the root (0) down. */
export class Profile {
  readonly rows: number[];
  readonly timesMs: number[];
  readonly #monotonicMs: () => number;
  #current = -1;
  #sinceMs = 0;

  constructor(operatorCount: number, monotonicMs: () => number) {
    this.rows = new Array(operatorCount).fill(0);
    this.timesMs = new Array(operatorCount).fill(0);
    this.#monotonicMs = monotonicMs;
  }

  /** From now on time counts for this operator (-1: for none). */
  enter(operator: number): void {
    const nowMs = this.#monotonicMs();
    if (this.#current >= 0) this.timesMs[this.#current] += nowMs - this.#sinceMs;
    this.#current = operator;
    this.#sinceMs = nowMs;
  }

  /** The operator hands a row to the one above it, for which time counts until it is entered again. */
  passRow(operator: number): void {
    this.rows[operator]++;
    this.enter(operator - 1);
  }
}
