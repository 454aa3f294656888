import type { RecentCommits } from '../database/commit/recent-commits.ts';
import { type CollectionVersion, type DatabaseVersion, sameDescription } from '../database/database-version.ts';
import { encodeDocumentKey } from '../document/record.ts';
import { collectionConflict, writeConflict } from '../store/errors.ts';
import { differsAt } from '../tree/tree-difference.ts';
import { findInTree, type ReadBlock } from '../tree/tree-overlay.ts';
import type { WorkingCollection } from './working/working-collection.ts';

/** A state of a database that can be read. */
export interface ReadableState {
  readonly version: DatabaseVersion;
  readonly readBlock: ReadBlock;
}

/** What the transaction has, as far as moving it on is concerned. */
export interface MovingTransaction {
  readonly lsn: number;
  readonly readBlock: ReadBlock;
  readonly touched: ReadonlyMap<string, WorkingCollection | null>;
}

/** How a transaction comes onto a newer state. */
export interface MovePlan {
  /** Collections whose changes can be laid over the newer state as they are. */
  readonly collections: readonly (readonly [WorkingCollection, CollectionVersion])[];
  /** Collections that have no changes: they are opened anew when somebody asks. */
  readonly forgotten: readonly string[];
  /** Somebody has changed a document that this transaction has changed too: all changes have to be done again. */
  readonly replay: boolean;
}

/**
 * Finds out how the changes of a transaction come onto a newer state. Mostly nobody has touched the documents that it
 * has changed, and then nothing has to be done again.
 * @throws CairnError `conflict`: see `Transaction.beginStatement`; nothing has happened then
 */
export function planMove(transaction: MovingTransaction, newer: ReadableState, recent: RecentCommits): MovePlan {
  const collections: [WorkingCollection, CollectionVersion][] = [];
  const forgotten: string[] = [];
  let replay = false;
  for (const [name, collection] of transaction.touched) {
    if (collection === null) continue;
    const version = newer.version.collections.get(name);
    if (version === collection.base) continue;
    if (collection.writes.size === 0) {
      forgotten.push(name);
      continue;
    }
    requireSameDescription(collection, version);
    if (meetsOthers(transaction, collection, version, newer, recent)) replay = true;
    collections.push([collection, version]);
  }
  return { collections, forgotten, replay };
}

/** @throws CairnError `conflict` when the collection is gone, is another one, or has other rules or indexes now */
function requireSameDescription(
  { name, base }: WorkingCollection,
  version: CollectionVersion | undefined,
): asserts version is CollectionVersion {
  if (version === undefined || !sameDescription(version, base)) throw collectionConflict(name);
}

/** Whether somebody else has changed a document that the transaction has changed. @throws CairnError `conflict` */
function meetsOthers(
  transaction: MovingTransaction,
  collection: WorkingCollection,
  version: CollectionVersion,
  newer: ReadableState,
  recent: RecentCommits,
): boolean {
  const changed = recent.changesSince(version.id, transaction.lsn);
  let meets = false;
  for (const key of changed ?? collection.writes.keys()) {
    if (!collection.writes.has(key)) continue;
    if (changed === undefined && !differs(transaction, collection, version, newer, key)) continue;
    requireSamePresence(transaction, collection, version, newer, key);
    meets = true;
  }
  return meets;
}

function differs(
  { readBlock }: MovingTransaction,
  { base }: WorkingCollection,
  version: CollectionVersion,
  newer: ReadableState,
  key: string,
): boolean {
  const before = { tree: base.tree, read: readBlock };
  return differsAt(before, { tree: version.tree, read: newer.readBlock }, encodeDocumentKey(key));
}

/** What a statement made because it was not there, or changed because it was, must still be so. */
function requireSamePresence(
  { readBlock }: MovingTransaction,
  collection: WorkingCollection,
  version: CollectionVersion,
  newer: ReadableState,
  key: string,
): void {
  const bytes = encodeDocumentKey(key);
  const was = findInTree(collection.base.tree, bytes, readBlock) !== undefined;
  const is = findInTree(version.tree, bytes, newer.readBlock) !== undefined;
  if (was !== is && (is || collection.writes.get(key) !== null)) throw writeConflict(collection.name, key);
}
