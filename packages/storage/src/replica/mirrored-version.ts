import { CairnError } from '@cairn/protocol/internal';
import type { CollectionVersion, IndexVersion } from '../database/database-version.ts';
import { parsePath } from '../indexes/definition.ts';
import type { TreeOwner } from '../store/errors.ts';
import type { TreeVersion } from '../tree/tree-version.ts';
import { applyTreeDelta, type BlockWatch, type TreeDelta } from './tree-delta.ts';
import type { CollectionDescription, IndexDescription, VersionDelta } from './version-delta.ts';

/** A query in another thread reads a collection whose blocks that thread was not told of: tell it, and begin anew. */
export class BlocksMissingError extends CairnError {
  override readonly name = 'BlocksMissingError';

  constructor(collection: string) {
    super('internal', `The blocks of '${collection}' are not known in this thread`, {
      retryable: true,
      details: { collection },
    });
  }
}

interface MirroredIndex {
  readonly description: Omit<IndexVersion, 'tree'>;
  readonly tree: TreeVersion | undefined;
}

/** A collection as far as it was told of: with its blocks or without. */
interface MirroredCollection {
  readonly description: Omit<CollectionVersion, 'tree' | 'indexes'>;
  readonly tree: TreeVersion | undefined;
  readonly indexes: readonly MirroredIndex[];
}

/** A version of a database in another thread than the one that makes versions. Never changed. */
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

  /**
   * The later version; this one stays as it is.
   * @throws CairnError `internal` when the delta is one of another version
   */
  after(delta: VersionDelta, watch: BlockWatch): MirroredVersion {
    if (delta.baseLsn !== undefined && delta.baseLsn !== this.lsn) {
      throw new CairnError('internal', `LSN ${this.lsn} is known here, and not LSN ${delta.baseLsn}`);
    }
    const collections = new Map(delta.baseLsn === undefined ? undefined : this.#collections);
    const trees = new Map(delta.trees.map((tree) => [tree.treeId, tree]));
    for (const name of delta.dropped) collections.delete(name);
    for (const description of delta.collections) {
      const follow = new Follower(collections.get(description.name), trees, watch);
      collections.set(description.name, follow.collection(description));
    }
    return new MirroredVersion(delta.lsn, delta.catalogueVersion, collections);
  }

  collectionNames(): string[] {
    return [...this.#collections.keys()].sort();
  }

  /** Whose tree it is, among those that were told of. */
  treeOwner(treeId: number): TreeOwner {
    for (const [collection, { tree, indexes }] of this.#collections) {
      if (tree?.treeId === treeId) return { collection };
      const index = indexes.find((one) => one.tree?.treeId === treeId);
      if (index !== undefined) return { collection, index: index.description.name };
    }
    return {};
  }

  /** The collection; whoever looks at its blocks and there are none gets a BlocksMissingError. */
  collection(name: string): CollectionVersion | undefined {
    const mirrored = this.#collections.get(name);
    if (mirrored === undefined) return undefined;
    const { description, tree, indexes } = mirrored;
    return withTree(
      { ...description, indexes: indexes.map((index) => withTree(index.description, index.tree, name)) },
      tree,
      name,
    );
  }
}

function withTree<T extends object>(description: T, tree: TreeVersion | undefined, collection: string) {
  return {
    ...description,
    get tree(): TreeVersion {
      if (tree === undefined) throw new BlocksMissingError(collection);
      return tree;
    },
  };
}

class Follower {
  readonly #before: MirroredCollection | undefined;
  readonly #trees: ReadonlyMap<number, TreeVersion>;
  readonly #deltas: ReadonlyMap<number, TreeDelta>;
  readonly #watch: BlockWatch;

  constructor(before: MirroredCollection | undefined, deltas: ReadonlyMap<number, TreeDelta>, watch: BlockWatch) {
    this.#before = before;
    const trees = before === undefined ? [] : [before.tree, ...before.indexes.map((index) => index.tree)];
    this.#trees = new Map(trees.filter((tree) => tree !== undefined).map((tree) => [tree.treeId, tree]));
    this.#deltas = deltas;
    this.#watch = watch;
  }

  collection({ treeId, properties, indexes, ...rest }: CollectionDescription): MirroredCollection {
    const { value } = properties ?? { value: this.#before!.description.properties };
    return {
      description: { ...rest, properties: value },
      tree: this.#tree(treeId),
      indexes: indexes.map((index) => ({ description: describe(index), tree: this.#tree(index.treeId) })),
    };
  }

  #tree(treeId: number): TreeVersion | undefined {
    const before = this.#trees.get(treeId);
    const delta = this.#deltas.get(treeId);
    return delta === undefined ? before : applyTreeDelta(before, delta, this.#watch);
  }
}

function describe({ treeId: _, ...index }: IndexDescription): Omit<IndexVersion, 'tree'> {
  return { ...index, paths: index.fields.map(parsePath) };
}
