import { encodeDocumentKey } from '../../document/record.ts';
import type { Transaction } from '../../transaction/transaction.ts';
import { differsAt } from '../../tree/tree-difference.ts';
import type { CollectionVersion, DatabaseVersion } from '../database-version.ts';
import type { RecentCommits } from './recent-commits.ts';

/** The state that a transaction wants to be committed to. */
export interface CommitState {
  readonly version: DatabaseVersion;
  readonly recent: RecentCommits;
  /** What those before it in the same commit group have written. */
  readonly group: Transaction;
}

/** Tells whether a document was changed since the transaction's state, also by works of the same group. */
export function changeFinder(
  transaction: Transaction,
  { was, is }: { was: CollectionVersion; is: CollectionVersion },
  { recent, group }: CommitState,
): (key: string) => boolean {
  if (was === is && !group.touched.has(was.name)) return () => false;
  const before = group.touched.get(was.name)?.writes;
  const old = { tree: was.tree, read: transaction.readBlock };
  const present = { tree: is.tree, read: group.readBlock };
  return (key) => {
    if (before?.has(key)) return true;
    return recent.changedSince(is.id, key, transaction.lsn) ?? differsAt(old, present, encodeDocumentKey(key));
  };
}
