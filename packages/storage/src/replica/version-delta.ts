import type { Value } from '@cairn/protocol/internal';
import type { CollectionVersion, DatabaseVersion, IndexVersion } from '../database/database-version.ts';
import type { TreeVersion } from '../tree/tree-version.ts';
import { deltaBuffers, type TreeDelta, treeDelta } from './tree-delta.ts';

/** An index without its blocks. */
export type IndexDescription = Omit<IndexVersion, 'tree' | 'paths'> & { readonly treeId: number };

/** A collection without its blocks. */
export interface CollectionDescription extends Omit<CollectionVersion, 'tree' | 'indexes' | 'properties'> {
  readonly treeId: number;
  /** Absent when they are those of the earlier version: a schema can be long. */
  readonly properties?: { readonly value: Value };
  readonly indexes: readonly IndexDescription[];
}

/** How one version of a database becomes a later one: plain data that can be sent to another thread. */
export interface VersionDelta {
  /** LSN of the earlier version; undefined for a database without collections. */
  readonly baseLsn: number | undefined;
  readonly lsn: number;
  /** What the file has for sure: it may be ahead of this, but not of `lsn`. */
  readonly fileLsn: number;
  readonly catalogueVersion: number;
  readonly dropped: readonly string[];
  /** Those that differ, or whose blocks come along for the first time. */
  readonly collections: readonly CollectionDescription[];
  readonly trees: readonly TreeDelta[];
}

/** A version to send, and what is known of the file while it is sent. */
export interface SendableState {
  readonly version: DatabaseVersion;
  readonly fileLsn: number;
}

/**
 * What one replica has been told. It follows the catalogue of the database, and the blocks of those collections that
 * somebody has wanted to read there.
 */
export class ReplicaFeed {
  #sent: DatabaseVersion | undefined;
  /** Ids of the collections whose blocks are followed. */
  readonly #followed = new Set<number>();

  /** LSN of the version that was sent last. */
  get lsn(): number | undefined {
    return this.#sent?.lsn;
  }

  /** Whether the version that was sent last has the blocks of these collections; those that it has not at all count as had. */
  follows(names: Iterable<string>): boolean {
    for (const name of names) {
      const collection = this.#sent?.collections.get(name);
      if (collection !== undefined && !this.#followed.has(collection.id)) return false;
    }
    return this.#sent !== undefined;
  }

  /** What the replica has to be told next. Costs what has changed, and the fences of collections that are newly wanted. */
  next({ version, fileLsn }: SendableState, wanted: Iterable<string>): VersionDelta {
    const before = this.#sent;
    const newlyWanted = this.#want(version, wanted);
    const collections: CollectionDescription[] = [];
    const trees: TreeDelta[] = [];
    for (const [name, collection] of version.collections) {
      const old = before?.collections.get(name);
      const isNew = newlyWanted.has(collection.id);
      if (old === collection && !isNew) continue;
      collections.push(describe(collection, old));
      if (isNew) trees.push(...changedTrees(undefined, collection, fileLsn));
      else if (this.#followed.has(collection.id)) trees.push(...changedTrees(old, collection, fileLsn));
    }
    this.#sent = version;
    return {
      baseLsn: before?.lsn,
      lsn: version.lsn,
      fileLsn,
      catalogueVersion: version.catalogueVersion,
      dropped: [...(before?.collections.keys() ?? [])].filter((name) => !version.collections.has(name)),
      collections,
      trees,
    };
  }

  /** The replica has lost what it was told. */
  reset(): void {
    this.#sent = undefined;
    this.#followed.clear();
  }

  #want(version: DatabaseVersion, wanted: Iterable<string>): ReadonlySet<number> {
    const newlyWanted = new Set<number>();
    for (const name of wanted) {
      const id = version.collections.get(name)?.id;
      if (id === undefined || this.#followed.has(id)) continue;
      this.#followed.add(id);
      newlyWanted.add(id);
    }
    return newlyWanted;
  }
}

/** The memory of a delta, which may be handed over with it. */
export function versionDeltaBuffers(delta: VersionDelta): ArrayBuffer[] {
  return delta.trees.flatMap(deltaBuffers);
}

function describe(collection: CollectionVersion, before: CollectionVersion | undefined): CollectionDescription {
  const { tree, indexes, properties, ...rest } = collection;
  const isKnown = before?.id === collection.id && before.properties === properties;
  return {
    ...rest,
    treeId: tree.treeId,
    ...(isKnown ? undefined : { properties: { value: properties } }),
    indexes: indexes.map(({ tree: { treeId }, paths: _, ...index }) => ({ ...index, treeId })),
  };
}

function changedTrees(before: CollectionVersion | undefined, after: CollectionVersion, fileLsn: number): TreeDelta[] {
  const old = new Map(before === undefined ? [] : treesOf(before).map((tree) => [tree.treeId, tree]));
  const deltas: TreeDelta[] = [];
  for (const tree of treesOf(after)) {
    const was = old.get(tree.treeId);
    if (was !== tree) deltas.push(treeDelta(was, tree, fileLsn));
  }
  return deltas;
}

function treesOf(collection: CollectionVersion): TreeVersion[] {
  return [collection.tree, ...collection.indexes.map((index) => index.tree)];
}
