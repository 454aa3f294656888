import type { Value } from '@cairn/protocol/internal';
import type { CollectionVersion, DatabaseVersion, IndexVersion } from '../database/database-version.ts';
import type { TreeVersion } from '../tree/tree-version.ts';
import { type TreeDelta, treeDelta } from './tree-delta.ts';

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
  /** LSN of the version that it applies to; 0 for nothing at all. */
  readonly baseLsn: number;
  readonly lsn: number;
  readonly catalogueVersion: number;
  readonly dropped: readonly string[];
  readonly collections: readonly CollectionDescription[];
  /** Trees of both versions whose blocks differ. The blocks of others are read where they are needed. */
  readonly trees: readonly TreeDelta[];
}

/** What makes `after` of `before`; of nothing at all when `before` is undefined. Costs what has changed. */
export function versionDelta(before: DatabaseVersion | undefined, after: DatabaseVersion): VersionDelta {
  const collections: CollectionDescription[] = [];
  const trees: TreeDelta[] = [];
  for (const [name, collection] of after.collections) {
    const old = before?.collections.get(name);
    if (old === collection) continue;
    collections.push(describe(collection, old));
    if (old !== undefined) trees.push(...changedTrees(old, collection));
  }
  return {
    baseLsn: before?.lsn ?? 0,
    lsn: after.lsn,
    catalogueVersion: after.catalogueVersion,
    dropped: [...(before?.collections.keys() ?? [])].filter((name) => !after.collections.has(name)),
    collections,
    trees,
  };
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

function changedTrees(before: CollectionVersion, after: CollectionVersion): TreeDelta[] {
  const old = new Map(treesOf(before).map((tree) => [tree.treeId, tree]));
  const deltas: TreeDelta[] = [];
  for (const tree of treesOf(after)) {
    const was = old.get(tree.treeId);
    if (was !== undefined && was !== tree) deltas.push(treeDelta(was, tree));
  }
  return deltas;
}

function treesOf(collection: CollectionVersion): TreeVersion[] {
  return [collection.tree, ...collection.indexes.map((index) => index.tree)];
}
