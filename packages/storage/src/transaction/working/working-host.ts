import type { Change } from '../../log/change.ts';
import type { ReadBlock, UndoLog } from '../../tree/tree-overlay.ts';
import type { TransactionMemory } from '../transaction-memory.ts';

/** What the collections and indexes of one transaction share. */
export interface WorkingHost {
  readonly read: ReadBlock;
  readonly blockMaxBytes: number;
  /** Whether the transaction goes on to newer states, taking its changes along. */
  readonly movable: boolean;
  /** Where to note the way back; undefined while nobody may want it. */
  readonly undo: () => UndoLog | undefined;
  /** Where changes are noted, in order: what the change log will say of them, or what to do again. */
  readonly journal: Change[];
  /** Whether each change of a document is to be noted now; otherwise only the last value of each is kept. */
  readonly notesDocuments: () => boolean;
  /** Whether the journal says what each change took the place of: it keeps that in memory. */
  readonly keepsBefore: boolean;
  /** Whom to ask for room; absent where nobody counts. */
  readonly memory: TransactionMemory | undefined;
  /** Memory for the values of the transaction's documents. */
  readonly allocate: (length: number) => Buffer;
}
