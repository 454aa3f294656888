import { encodeValue, type Value } from '@cairn/protocol/internal';
import type { Transaction } from '../../transaction/transaction.ts';
import type { WorkingCollection } from '../../transaction/working/working-collection.ts';
import type { BlockReference } from '../../tree/block-reference.ts';
import type { TreeOverlay } from '../../tree/tree-overlay.ts';
import type { TreeVersion } from '../../tree/tree-version.ts';
import type { CollectionVersion, DatabaseVersion, IndexVersion } from '../database-version.ts';
import type { StoredChange } from '../disk/lmdb-environment.ts';
import { encodeMeta } from '../disk/meta.ts';
import { seal } from '../disk/seal.ts';
import { blockKey, countKey, descriptionKey, META_KEY, PROPERTIES_KEY } from '../disk/stored-keys.ts';

/** What a commit will do: the LMDB changes, and the state that holds once they are on disk. */
export interface CommitPlan {
  readonly version: DatabaseVersion;
  readonly changes: readonly StoredChange[];
  readonly written: readonly BlockReference[];
  readonly superseded: readonly BlockReference[];
}

/**
 * Turns a transaction's changes into one atomic write. A pure function: no clock, no chance.
 * @param lsn of the state that it makes
 */
export function planCommit(transaction: Transaction, lsn: number): CommitPlan {
  return new CommitPlanner(transaction).plan(lsn);
}

class CommitPlanner {
  readonly #transaction: Transaction;
  readonly #changes: StoredChange[] = [];
  readonly #written: BlockReference[] = [];
  readonly #superseded: BlockReference[] = [];

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  plan(lsn: number): CommitPlan {
    const { base, touched } = this.#transaction;
    const collections = new Map(base.collections);
    for (const [name, working] of touched) {
      const before = base.collections.get(name);
      const after = working === null ? undefined : this.#collection(working, before);
      if (before !== undefined) this.#dropReplaced(before, after);
      if (after === undefined) collections.delete(name);
      else collections.set(name, after);
    }
    const version: DatabaseVersion = {
      lsn,
      catalogueVersion: this.#transaction.catalogueVersion,
      nextTreeId: this.#transaction.nextTreeId,
      properties: this.#transaction.databaseProperties,
      collections,
    };
    if (version.properties !== base.properties) {
      this.#changes.push({ key: PROPERTIES_KEY, value: seal(encodeValue({ ...version.properties })) });
    }
    this.#changes.push({ key: META_KEY, value: encodeMeta(version) });
    return { version, changes: this.#changes, written: this.#written, superseded: this.#superseded };
  }

  #collection(working: WorkingCollection, before: CollectionVersion | undefined): CollectionVersion {
    if (working.base === before && working.writes.size === 0 && !working.overlay.isChanged) return before;
    const indexes = working.indexes.map((index): IndexVersion => {
      const tree = this.#tree(index.overlay);
      this.#count(tree, index.entryCount, before?.indexes.find((old) => old.tree.treeId === tree.treeId)?.entryCount);
      return { ...index.base, tree, entryCount: index.entryCount, exact: index.exact };
    });
    const tree = this.#tree(working.overlay);
    this.#count(tree, working.count, before?.id === working.base.id ? before.count : undefined);
    const after: CollectionVersion = { ...working.base, tree, count: working.count, indexes };
    const isDescribed = before !== undefined && working.base === before;
    if (!isDescribed || indexes.some((index, at) => index.exact !== before.indexes[at].exact)) {
      this.#changes.push({ key: descriptionKey(after.id), value: describe(after) });
    }
    return after;
  }

  #tree(overlay: TreeOverlay): TreeVersion {
    const outcome = overlay.outcome();
    const { treeId } = outcome.version;
    for (const fence of outcome.removed) this.#changes.push({ key: blockKey(treeId, fence), value: undefined });
    for (const reference of outcome.written) {
      this.#changes.push({ key: blockKey(treeId, reference.fence), value: reference.bytes });
      this.#written.push(reference);
    }
    this.#superseded.push(...outcome.superseded);
    return outcome.version;
  }

  #count(tree: TreeVersion, count: number, before: number | undefined): void {
    if (count !== before) this.#changes.push({ key: countKey(tree.treeId), value: encodeCount(count) });
  }

  /** Removes the trees that a collection no longer has. */
  #dropReplaced(before: CollectionVersion, after: CollectionVersion | undefined): void {
    const kept = new Set(
      after === undefined ? [] : [after.tree.treeId, ...after.indexes.map((index) => index.tree.treeId)],
    );
    for (const tree of [before.tree, ...before.indexes.map((index) => index.tree)]) {
      if (kept.has(tree.treeId)) continue;
      for (const { fence } of tree.references)
        this.#changes.push({ key: blockKey(tree.treeId, fence), value: undefined });
      this.#changes.push({ key: countKey(tree.treeId), value: undefined });
      for (const reference of tree.references) this.#superseded.push(reference);
    }
    if (after?.id !== before.id) this.#changes.push({ key: descriptionKey(before.id), value: undefined });
  }
}

function encodeCount(count: number): Uint8Array {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(count, 0, 6);
  return seal(bytes);
}

function describe(collection: CollectionVersion): Uint8Array {
  const indexes = collection.indexes.map(
    (index): Value => ({
      name: index.name,
      tree: index.tree.treeId,
      fields: [...index.fields],
      unique: index.unique,
      sparse: index.sparse,
      type: index.type,
      options: index.options,
      exact: index.exact,
    }),
  );
  return seal(
    encodeValue({ name: collection.name, type: collection.type, properties: collection.properties, indexes }),
  );
}
