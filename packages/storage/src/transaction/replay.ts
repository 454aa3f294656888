import { applyCommit, moveDocuments } from '../log/apply-commit.ts';
import { mergeChanges } from '../log/commit-record.ts';
import type { Transaction } from './transaction.ts';
import { lastChanges } from './working/last-changes.ts';

/** Does again in a commit group what a transaction has done. */
export function replay(transaction: Transaction, group: Transaction): void {
  if (transaction.changesCatalogue) applyCommit(group, mergeChanges(transaction.journal));
  const changes = [...transaction.touched.values()].flatMap((collection) =>
    collection === null ? [] : lastChanges(collection),
  );
  moveDocuments(group, changes, ({ value }) => value);
}
