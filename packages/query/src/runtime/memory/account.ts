import type { MemoryBudget } from './memory-budget.ts';

/** Of the bytes after which a statement spills, the share below which an operator does not bother: others are the cause. */
const SPILL_SHARE_MIN = 0.25;

/** What one operator of a run keeps, so that it can be given back as a whole. */
export class Account {
  /** Bytes that the operator keeps; generated code adds to it what the run's `keep…` answered. */
  kept = 0;
  protected readonly memory: MemoryBudget;

  constructor(memory: MemoryBudget) {
    this.memory = memory;
  }

  /** Whether it keeps enough for the disk to be worth its while; asked when the budget is full. */
  get isLarge(): boolean {
    return this.kept >= this.memory.spillAfterBytes * SPILL_SHARE_MIN;
  }

  /** Gives back what was kept beyond the given bytes. */
  release(remainder = 0): void {
    this.memory.release(this.kept - remainder);
    this.kept = remainder;
  }

  /** Lets go of everything. */
  close(): void {
    this.release();
  }
}
