import type { BlockReference } from './block-reference.ts';

/** Keeps the bytes of blocks within a budget, by the clock algorithm: what was used since the hand last passed stays. */
export class BlockCache {
  readonly #budgetBytes: number;
  readonly #references: BlockReference[] = [];
  #hand = 0;
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** Takes in a reference that has just got its bytes. */
  admit(reference: BlockReference): void {
    if (reference.slot >= 0) return;
    reference.slot = this.#references.push(reference) - 1;
    this.#bytes += reference.bytes!.length;
    if (this.#bytes > this.#budgetBytes) this.#evict();
  }

  /** Drops a block; readers that hold its bytes keep them, those of an old snapshot read it again. */
  forget(reference: BlockReference): void {
    const { slot } = reference;
    if (slot < 0) return;
    this.#bytes -= reference.bytes!.length;
    reference.bytes = undefined;
    reference.slot = -1;
    const last = this.#references.pop()!;
    if (last === reference) return;
    this.#references[slot] = last;
    last.slot = slot;
  }

  clear(): void {
    while (this.#references.length > 0) this.forget(this.#references[this.#references.length - 1]);
  }

  #evict(): void {
    const references = this.#references;
    while (this.#bytes > this.#budgetBytes && references.length > 1) {
      if (this.#hand >= references.length) this.#hand = 0;
      const reference = references[this.#hand];
      if (reference.used) {
        reference.used = false;
        this.#hand++;
      } else this.forget(reference);
    }
  }
}
