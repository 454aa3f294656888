import type { Value } from '@cairn/protocol/internal';
import type { PathStep } from '../indexes/definition.ts';
import type { TreeOwner } from '../store/errors.ts';
import type { TreeVersion } from '../tree/tree-version.ts';

/** An index as one commit left it. */
export interface IndexVersion {
  readonly name: string;
  readonly fields: readonly string[];
  readonly paths: readonly (readonly PathStep[])[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly type: string;
  readonly options: Value;
  /** False once a value was too long to be kept whole in an entry: what the index finds must then be looked at again. */
  readonly exact: boolean;
  readonly entryCount: number;
  readonly tree: TreeVersion;
}

/** A collection as one commit left it. */
export interface CollectionVersion {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** Whatever the engine keeps with a collection, such as its schema: opaque here. */
  readonly properties: Value;
  readonly count: number;
  readonly tree: TreeVersion;
  readonly indexes: readonly IndexVersion[];
}

/** What a database has been asked to be. */
export interface DatabaseProperties {
  /** `relaxed`: a commit is acknowledged before it is on disk, and may be lost with the last milliseconds. */
  readonly durability: 'full' | 'relaxed';
}

export const DEFAULT_PROPERTIES: DatabaseProperties = { durability: 'full' };

/** A whole database as one commit left it: never changed, shared by all who read that state. */
export interface DatabaseVersion {
  readonly lsn: number;
  /** Grows when a collection or an index is made, changed or dropped. */
  readonly catalogueVersion: number;
  readonly nextTreeId: number;
  readonly properties: DatabaseProperties;
  readonly collections: ReadonlyMap<string, CollectionVersion>;
}

/** Whether two states are of the same collection with the same rules and indexes. */
export function sameDescription(a: CollectionVersion, b: CollectionVersion): boolean {
  return (
    a.id === b.id &&
    a.properties === b.properties &&
    a.indexes.length === b.indexes.length &&
    a.indexes.every(({ tree }, at) => tree.treeId === b.indexes[at].tree.treeId)
  );
}

/** Whose tree it is, for those who must say where something is wrong. */
export function treeOwner({ collections }: DatabaseVersion, treeId: number): TreeOwner {
  for (const { name, tree, indexes } of collections.values()) {
    if (tree.treeId === treeId) return { collection: name };
    const index = indexes.find((one) => one.tree.treeId === treeId);
    if (index !== undefined) return { collection: name, index: index.name };
  }
  return {};
}
