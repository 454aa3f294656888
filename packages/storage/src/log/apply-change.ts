import { recordOfValue } from '../document/record.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { type Change, isDocumentChange } from './change.ts';

/** Does a logged change again. */
export function applyChange(transaction: Transaction, change: Change): void {
  if (isDocumentChange(change)) {
    if (change.kind === 'put') {
      transaction.put(change.collection, recordOfValue(change.key, change.value), 'upsert');
    } else transaction.delete(change.collection, change.key);
    return;
  }
  const { collection } = change;
  switch (change.kind) {
    case 'create collection':
      transaction.createCollection(collection, change.type, change.properties);
      return;
    case 'drop collection':
      transaction.dropCollection(collection);
      return;
    case 'truncate collection':
      transaction.truncateCollection(collection);
      return;
    case 'set properties':
      transaction.setCollectionProperties(collection, change.properties);
      return;
    case 'create index':
      transaction.createIndex(collection, change.definition);
      return;
    case 'drop index':
      transaction.dropIndex(collection, change.index);
      return;
    case 'rebuild indexes':
      transaction.rebuildIndexes(collection);
      return;
    case 'compact collection':
      transaction.compactCollection(collection);
      return;
  }
}
