import { isDocumentChange } from '../../log/change.ts';
import { collectionConflict, collectionNotFound, writeConflict } from '../../store/errors.ts';
import { searchKey } from '../../transaction/committed-collection.ts';
import type { Transaction } from '../../transaction/transaction.ts';
import type { WorkingCollection } from '../../transaction/working/working-collection.ts';
import { findInTree } from '../../tree/tree-overlay.ts';
import { type CollectionVersion, sameDescription } from '../database-version.ts';
import { type CommitState, changeFinder } from './commit-state.ts';
import { ReadCheck } from './read-check.ts';

export type { CommitState };

/**
 * Whether what a transaction did is still right on the newest state.
 * @throws CairnError `conflict`, retryable: somebody else has changed a document that it wrote, or, at `serializable`,
 *   something that it has read; `not_found`: a collection that it wrote to is gone
 */
export function assertNoConflict(transaction: Transaction, state: CommitState): void {
  if (transaction.changesCatalogue) assertCatalogueUntouched(transaction, state);
  for (const collection of transaction.touched.values()) {
    if (collection !== null && collection.writes.size > 0) assertUnwritten(transaction, collection, state);
  }
  if (transaction.reads !== undefined) new ReadCheck(transaction, state).run();
}

/** A collection that was altered must be as it was; one that was emptied or dropped must hold what it held. */
function assertCatalogueUntouched(transaction: Transaction, { version, group }: CommitState): void {
  for (const change of transaction.journal) {
    if (isDocumentChange(change)) continue;
    const { collection: name, kind } = change;
    const was = transaction.base.collections.get(name);
    const is = version.collections.get(name);
    const isSame = was === undefined || is === undefined ? was === is : sameDescription(was, is);
    const isWhole = kind !== 'drop collection' && kind !== 'truncate collection';
    if (!isSame || (!isWhole && was !== is) || group.touched.has(name)) throw collectionConflict(name);
  }
}

function assertUnwritten(transaction: Transaction, collection: WorkingCollection, state: CommitState): void {
  const { name } = collection;
  const was = transaction.base.collections.get(name);
  if (was === undefined || was.id !== collection.id) return; // made by the transaction itself
  const is = state.version.collections.get(name);
  if (is === undefined) throw collectionNotFound(name);
  const [first] = collection.writes.keys();
  if (is.id !== was.id) throw writeConflict(name, first);
  if (is.properties !== was.properties) throw collectionConflict(name);
  const isChanged = changeFinder(transaction, { was, is }, state);
  const mayOverwrite = transaction.isolation === 'read_committed' || transaction.isolation === 'read_uncommitted';
  for (const [key, write] of collection.writes) {
    if (!isChanged(key)) continue;
    if (!mayOverwrite || !samePresence(transaction, was, state.group, { key, isRemoval: write === null }))
      throw writeConflict(name, key);
  }
}

/** What was written because it was not there, or changed because it was, must still be so. */
function samePresence(
  transaction: Transaction,
  was: CollectionVersion,
  group: Transaction,
  { key, isRemoval }: { key: string; isRemoval: boolean },
): boolean {
  const existed = findInTree(was.tree, searchKey(key), transaction.readBlock) !== undefined;
  const exists = group.collection(was.name)?.get(key) !== undefined;
  return existed === exists || (isRemoval && !exists);
}
