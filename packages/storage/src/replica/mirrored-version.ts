import type { CollectionVersion, IndexVersion } from '../database/database-version.ts';
import type { EnvironmentReader } from '../database/lmdb-environment.ts';
import { loadTree } from '../database/load-version.ts';
import { parsePath } from '../indexes/definition.ts';
import type { BlockReference } from '../tree/block-reference.ts';
import type { TreeVersion } from '../tree/tree-version.ts';
import { applyTreeDelta, type TreeDelta } from './tree-delta.ts';
import type { CollectionDescription, IndexDescription, VersionDelta } from './version-delta.ts';

/** A tree whose blocks are looked up in the file when somebody needs them, and followed by deltas from then on. */
class MirroredTree {
  readonly #treeId: number;
  readonly #records: number;
  #version: TreeVersion | undefined;

  constructor(treeId: number, records: number, version?: TreeVersion) {
    this.#treeId = treeId;
    this.#records = records;
    this.#version = version;
  }

  /** @param reader of a state that has the tree as it is here */
  read(reader: EnvironmentReader): TreeVersion {
    return (this.#version ??= loadTree(reader, this.#treeId, this.#records));
  }

  after(delta: TreeDelta | undefined, records: number, gone: BlockGone): MirroredTree {
    const version = this.#version;
    if (version === undefined || delta === undefined) return new MirroredTree(this.#treeId, records, version);
    return new MirroredTree(this.#treeId, records, applyTreeDelta(version, delta, gone));
  }
}

/** Told of blocks that a later version does not have any more. */
type BlockGone = (reference: BlockReference) => void;

interface MirroredCollection {
  readonly description: Omit<CollectionVersion, 'tree' | 'indexes'>;
  readonly tree: MirroredTree;
  readonly indexes: readonly { readonly description: Omit<IndexVersion, 'tree'>; readonly tree: MirroredTree }[];
  /** By their number, to find those that a later version still has. */
  readonly trees: ReadonlyMap<number, MirroredTree>;
}

/** A version of a database in another thread than the one that makes versions: the catalogue, and blocks as they are needed. */
export class MirroredVersion {
  readonly lsn: number;
  readonly catalogueVersion: number;
  readonly #collections: ReadonlyMap<string, MirroredCollection>;

  private constructor(
    lsn: number,
    catalogueVersion: number,
    collections: ReadonlyMap<string, MirroredCollection> = new Map(),
  ) {
    this.lsn = lsn;
    this.catalogueVersion = catalogueVersion;
    this.#collections = collections;
  }

  static readonly nothing = new MirroredVersion(0, 0);

  /** The later version; this one stays as it is. */
  after(delta: VersionDelta, gone: BlockGone): MirroredVersion {
    const collections = new Map(delta.baseLsn === 0 ? undefined : this.#collections);
    const trees = new Map(delta.trees.map((tree) => [tree.treeId, tree]));
    const follow = new Follower(trees, gone);
    for (const name of delta.dropped) collections.delete(name);
    for (const description of delta.collections) {
      collections.set(description.name, follow.collection(collections.get(description.name), description));
    }
    return new MirroredVersion(delta.lsn, delta.catalogueVersion, collections);
  }

  collectionNames(): string[] {
    return [...this.#collections.keys()].sort();
  }

  /** @param reader of a state with this version's LSN, or a later one while it is known to have the same blocks */
  collection(name: string, reader: EnvironmentReader): CollectionVersion | undefined {
    const mirrored = this.#collections.get(name);
    if (mirrored === undefined) return undefined;
    const { description, tree, indexes } = mirrored;
    return {
      ...description,
      get tree() {
        return tree.read(reader);
      },
      indexes: indexes.map((index) => ({
        ...index.description,
        get tree() {
          return index.tree.read(reader);
        },
      })),
    };
  }
}

class Follower {
  readonly #deltas: ReadonlyMap<number, TreeDelta>;
  readonly #gone: BlockGone;

  constructor(deltas: ReadonlyMap<number, TreeDelta>, gone: BlockGone) {
    this.#deltas = deltas;
    this.#gone = gone;
  }

  collection(before: MirroredCollection | undefined, description: CollectionDescription): MirroredCollection {
    const { treeId, properties, indexes, ...rest } = description;
    const trees = new Map<number, MirroredTree>();
    const mirror = (id: number, records: number): MirroredTree => {
      const known = before?.trees.get(id);
      const tree = known?.after(this.#deltas.get(id), records, this.#gone) ?? new MirroredTree(id, records);
      trees.set(id, tree);
      return tree;
    };
    return {
      description: {
        ...rest,
        properties: properties === undefined ? before!.description.properties : properties.value,
      },
      tree: mirror(treeId, rest.count),
      indexes: indexes.map((index) => ({ description: describe(index), tree: mirror(index.treeId, index.entryCount) })),
      trees,
    };
  }
}

function describe({ treeId: _, ...index }: IndexDescription): Omit<IndexVersion, 'tree'> {
  return { ...index, paths: index.fields.map(parsePath) };
}
