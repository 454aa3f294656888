/**
 * Runs tasks side by side, a bounded number at a time, and settles their results strictly in the order in which they
 * were handed in. A place is free again only once its result is settled, so that nothing piles up behind a slow task.
 */
export class OrderedSender<Task, Result> {
  readonly #run: (task: Task) => Promise<Result>;
  readonly #settle: (task: Task, result: Result) => void;
  readonly #placesMax: number;
  #places = 0;
  #tail: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(options: {
    run: (task: Task) => Promise<Result>;
    settle: (task: Task, result: Result) => void;
    inFlightMax: number;
  }) {
    this.#run = options.run;
    this.#settle = options.settle;
    this.#placesMax = options.inFlightMax;
  }

  /** Resolves once the task has a place; throws what an earlier task failed with. One caller at a time. */
  async submit(task: Task): Promise<void> {
    while (this.#places >= this.#placesMax && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#throwFailure();
    this.#places++;
    const running = this.#run(task);
    running.catch(() => {}); // told through the tail, in order
    this.#tail = this.#tail.then(() => this.#finish(task, running));
  }

  /** Resolves when all is settled; throws what a task failed with. */
  async drain(): Promise<void> {
    await this.#tail;
    this.#throwFailure();
  }

  /** Waits for what runs, without a word about failures. */
  async settled(): Promise<void> {
    await this.#tail;
  }

  async #finish(task: Task, running: Promise<Result>): Promise<void> {
    try {
      const result = await running;
      // Behind a failure nothing is settled: what counts as done is always a whole beginning of the tasks.
      if (this.#failure === undefined) this.#settle(task, result);
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#places--;
    this.#wake?.();
    this.#wake = undefined;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
