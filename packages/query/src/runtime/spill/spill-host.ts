import type { MemoryBudget } from '../memory/memory-budget.ts';
import type { SpillFile } from './spill-file.ts';

/** What those who spill need of their run. */
export interface SpillHost {
  readonly memory: MemoryBudget;
  readonly spillFile: SpillFile;
  /** Looks at the deadline and at who waits; throws when the statement has to end. */
  checkpoint(): unknown;
}
