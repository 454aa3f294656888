import { recordOfValue } from '../document/record.ts';
import type { Transaction } from '../transaction/transaction.ts';
import { type CatalogueChange, type Change, type DocumentChange, isDocumentChange } from './change.ts';

/** Does a logged commit again. */
export function applyCommit(transaction: Transaction, changes: readonly Change[]): void {
  forEachRun(
    changes,
    (documents) => moveDocuments(transaction, documents, (change) => change.value),
    (change) => applyCatalogueChange(transaction, change),
  );
}

/** Calls `onDocuments` for each run of changes of documents, and `onCatalogue` for what stands between them. */
export function forEachRun(
  changes: readonly Change[],
  onDocuments: (run: readonly DocumentChange[]) => void,
  onCatalogue: (change: CatalogueChange) => void,
): void {
  let run: DocumentChange[] = [];
  for (const change of changes) {
    if (isDocumentChange(change)) {
      run.push(change);
      continue;
    }
    if (run.length > 0) onDocuments(run);
    run = [];
    onCatalogue(change);
  }
  if (run.length > 0) onDocuments(run);
}

/** A put or a removal, and which value it leaves behind; undefined for none. */
type ValueAfter = (change: {
  readonly value: Uint8Array | undefined;
  readonly before: Uint8Array | undefined;
}) => Uint8Array | undefined;

/**
 * Gives each document the value that it has after the change, or that it had before. A commit may have passed a unique
 * value from one document to another, so all of them let go of theirs first.
 */
export function moveDocuments(
  transaction: Transaction,
  changes: readonly DocumentChange[],
  valueAfter: ValueAfter,
): void {
  const moves = changes.map((change) => {
    const value = valueAfter({ value: change.kind === 'put' ? change.value : undefined, before: change.before });
    return { collection: change.collection, key: change.key, value };
  });
  const unique = new Map<string, boolean>();
  const isUnique = (name: string): boolean => {
    let known = unique.get(name);
    if (known === undefined) {
      known = transaction.collection(name)?.indexes.some((index) => index.unique) ?? false;
      unique.set(name, known);
    }
    return known;
  };
  for (const { collection, key, value } of moves) {
    if (value === undefined || (moves.length > 1 && isUnique(collection))) transaction.delete(collection, key);
  }
  for (const { collection, key, value } of moves) {
    if (value !== undefined) transaction.put(collection, recordOfValue(key, value), 'upsert');
  }
}

function applyCatalogueChange(transaction: Transaction, change: CatalogueChange): void {
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
    case 'set database properties':
      transaction.setDatabaseProperties(change.properties);
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
