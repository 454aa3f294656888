/** Counts what open transactions keep in memory: their writes, and what they remember of their reads. */
export interface TransactionMemory {
  /** @throws CairnError `limit_exceeded` when there is no room for so many bytes more */
  take(bytes: number): void;
  give(bytes: number): void;
}

/** The share of one transaction, which it gives back as a whole. */
export class MemoryShare implements TransactionMemory {
  readonly #memory: TransactionMemory;
  #bytes = 0;

  constructor(memory: TransactionMemory) {
    this.#memory = memory;
  }

  get bytes(): number {
    return this.#bytes;
  }

  take(bytes: number): void {
    this.#memory.take(bytes);
    this.#bytes += bytes;
  }

  give(bytes: number): void {
    this.#memory.give(bytes);
    this.#bytes -= bytes;
  }

  release(): void {
    this.give(this.#bytes);
  }
}
