import { applyChange } from '../log/apply-change.ts';
import type { Transaction } from './transaction.ts';

/**
 * Does again in a commit group what a transaction has done: the last write of each document, or, where the catalogue was
 * changed in between, every step in its order.
 */
export function replay(transaction: Transaction, group: Transaction): void {
  if (transaction.changesCatalogue) {
    for (const change of transaction.journal) applyChange(group, change);
    return;
  }
  for (const [name, collection] of transaction.touched) {
    for (const [key, record] of collection?.writes ?? []) {
      if (record === null) group.delete(name, key);
      else group.put(name, record, 'upsert');
    }
  }
}
