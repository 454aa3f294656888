import type { BlockReference } from './block-reference.ts';

/** Keeps the bytes of blocks within a budget, by the clock algorithm: what was used since the hand last passed stays. */
export class BlockCache {
  readonly #budgetBytes: number;
  #references: BlockReference[] = [];
  #hand = 0;
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes in a reference that has just got its bytes. */
  admit(reference: BlockReference): void {
    this.#references.push(reference);
    this.#bytes += reference.bytes!.length;
    if (this.#bytes > this.#budgetBytes) this.#evict();
  }

  /** A superseded block gives its place up; readers that hold its bytes keep them. */
  forget(reference: BlockReference): void {
    reference.used = false;
  }

  clear(): void {
    for (const reference of this.#references) reference.bytes = undefined;
    this.#references = [];
    this.#bytes = 0;
  }

  #evict(): void {
    const references = this.#references;
    while (this.#bytes > this.#budgetBytes && references.length > 1) {
      if (this.#hand >= references.length) this.#hand = 0;
      const reference = references[this.#hand];
      if (reference.used) {
        reference.used = false;
        this.#hand++;
        continue;
      }
      this.#bytes -= reference.bytes!.length;
      reference.bytes = undefined;
      references[this.#hand] = references[references.length - 1];
      references.pop();
    }
  }
}
