import { applyCommit } from '../log/apply-commit.ts';
import { mergeChanges } from '../log/commit-record.ts';
import type { Transaction } from './transaction.ts';

/** Does again in a commit group what a transaction has done. */
export function replay(transaction: Transaction, group: Transaction): void {
  applyCommit(group, mergeChanges(transaction.journal));
}
