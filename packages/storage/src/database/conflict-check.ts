import { collectionNotFound, readConflict, writeConflict } from '../store/errors.ts';
import type { Transaction } from '../transaction/transaction.ts';
import type { WorkingCollection } from '../transaction/working-collection.ts';
import type { DatabaseVersion } from './database-version.ts';
import type { RecentCommits } from './recent-commits.ts';

/** The state that a transaction wants to be committed to. */
export interface CommitState {
  readonly version: DatabaseVersion;
  readonly recent: RecentCommits;
  /** What those before it in the same commit group have written. */
  readonly group: Transaction;
}

/**
 * Whether what a transaction did is still right on the newest state.
 * @throws CairnError `conflict`, retryable: somebody else has changed a document that it wrote, or, at `serializable`, a
 *   collection that it read; `not_found`: a collection that it wrote to is gone
 */
export function assertNoConflict(transaction: Transaction, state: CommitState): void {
  for (const [name, collection] of transaction.touched) {
    if (collection === null) continue;
    if (transaction.isolation === 'serializable') assertUnread(transaction, name, state);
    if (collection.writes.size > 0) assertUnwritten(transaction, collection, state);
  }
}

function assertUnwritten(transaction: Transaction, collection: WorkingCollection, state: CommitState): void {
  const { name } = collection;
  const present = state.version.collections.get(name);
  if (present === undefined) throw collectionNotFound(name);
  const before = state.group.touched.get(name)?.writes;
  for (const key of collection.writes.keys()) {
    const isReplaced = present.id !== collection.id;
    const isChanged = state.recent.changedSince(present.id, key, transaction.lsn) || before?.has(key);
    if (isReplaced || isChanged) throw writeConflict(name, key);
  }
}

/**
 * Serializable by validation: nothing that the transaction has looked at may have changed since it began. It is looked
 * at by the collection, which lets no anomaly and no phantom through, and refuses more than a finer table would.
 */
function assertUnread(transaction: Transaction, name: string, state: CommitState): void {
  const seen = transaction.base.collections.get(name)?.tree;
  const isChangedBefore = state.version.collections.get(name)?.tree !== seen;
  if (isChangedBefore || (state.group.touched.get(name)?.writes.size ?? 0) > 0) throw readConflict(name);
}
