import { decodeValue, type Value } from '@cairn/protocol/internal';
import { parsePath } from '../index/definition.ts';
import { BlockReference } from '../tree/block-reference.ts';
import { TreeVersion } from '../tree/tree-version.ts';
import type { CollectionVersion, DatabaseVersion, IndexVersion } from './database-version.ts';
import { type EnvironmentReader, prefixRange } from './environment.ts';
import { decodeMeta } from './meta.ts';
import { blockPrefix, countKey, descriptionPrefix, fenceOf, META_KEY } from './stored-keys.ts';

interface StoredIndex {
  readonly name: string;
  readonly tree: number;
  readonly fields: string[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly type: string;
  readonly options: Value;
  readonly exact: boolean;
}

interface StoredCollection {
  readonly name: string;
  readonly type: string;
  readonly properties: Value;
  readonly indexes: StoredIndex[];
}

/** Reads the catalogue and the fences of every block; undefined in an environment that nobody has written to. */
export function loadVersion(reader: EnvironmentReader, database: string): DatabaseVersion | undefined {
  const stored = reader.get(META_KEY);
  if (stored === undefined) return undefined;
  const collections = new Map<string, CollectionVersion>();
  const { from, to } = prefixRange(descriptionPrefix());
  for (const key of reader.keys(from, to)) {
    const id = Buffer.from(key).readUInt32BE(1);
    const collection = loadCollection(reader, id, decodeValue(reader.get(key)!) as unknown as StoredCollection);
    collections.set(collection.name, collection);
  }
  return { ...decodeMeta(stored, database), collections };
}

function loadCollection(reader: EnvironmentReader, id: number, stored: StoredCollection): CollectionVersion {
  const { name, type, properties } = stored;
  const indexes = stored.indexes.map((index): IndexVersion => {
    const { tree, ...rest } = index;
    return {
      ...rest,
      paths: index.fields.map(parsePath),
      entryCount: loadCount(reader, tree),
      tree: loadTree(reader, tree),
    };
  });
  return { id, name, type, properties, count: loadCount(reader, id), tree: loadTree(reader, id), indexes };
}

function loadCount(reader: EnvironmentReader, treeId: number): number {
  return reader.get(countKey(treeId))?.readUIntBE(0, 6) ?? 0;
}

function loadTree(reader: EnvironmentReader, treeId: number): TreeVersion {
  const { from, to } = prefixRange(blockPrefix(treeId));
  const references: BlockReference[] = [];
  for (const key of reader.keys(from, to)) references.push(new BlockReference(fenceOf(key), undefined, false));
  return new TreeVersion(treeId, references);
}
