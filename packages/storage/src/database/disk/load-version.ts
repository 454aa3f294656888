import { decodeValue, type Value } from '@cairn/protocol/internal';
import { parsePath } from '../../indexes/definition.ts';
import { BlockReference } from '../../tree/block-reference.ts';
import { TreeVersion } from '../../tree/tree-version.ts';
import {
  type CollectionVersion,
  type DatabaseProperties,
  type DatabaseVersion,
  DEFAULT_PROPERTIES,
  type IndexVersion,
} from '../database-version.ts';
import { type EnvironmentReader, prefixRange } from './lmdb-environment.ts';
import { decodeMeta } from './meta.ts';
import { damaged, unseal } from './seal.ts';
import { blockPrefix, countKey, descriptionPrefix, fenceOf, META_KEY, PROPERTIES_KEY } from './stored-keys.ts';

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
  const { lsn, catalogueVersion, nextTreeId, collectionCount } = decodeMeta(stored, database);
  const collections = new VersionLoader(reader, database).collections();
  if (collections.size !== collectionCount) throw damaged({ database, record: 'the list of collections' });
  return { lsn, catalogueVersion, nextTreeId, properties: loadProperties(reader, database), collections };
}

function loadProperties(reader: EnvironmentReader, database: string): DatabaseProperties {
  const stored = reader.get(PROPERTIES_KEY);
  if (stored === undefined) return DEFAULT_PROPERTIES;
  const properties = decodeValue(unseal(stored, { database, record: 'the properties of the database' }));
  return properties as unknown as DatabaseProperties;
}

/**
 * The fences of a tree that holds so many records. A place where a block must be and is not gets a reference too:
 * whoever reads it is told.
 */
export function loadTree(reader: EnvironmentReader, treeId: number, records: number): TreeVersion {
  const { from, to } = prefixRange(blockPrefix(treeId));
  const fences: Uint8Array[] = [];
  for (const key of reader.keys(from, to)) fences.push(fenceOf(key));
  const isFirstLost = fences.length === 0 ? records > 0 : fences[0].length > 0;
  if (isFirstLost) fences.unshift(new Uint8Array(0));
  const references = fences.map((fence, at) => new BlockReference(fence, undefined, false, fences[at + 1]));
  return new TreeVersion(treeId, references);
}

class VersionLoader {
  readonly #reader: EnvironmentReader;
  readonly #database: string;

  constructor(reader: EnvironmentReader, database: string) {
    this.#reader = reader;
    this.#database = database;
  }

  collections(): Map<string, CollectionVersion> {
    const collections = new Map<string, CollectionVersion>();
    const { from, to } = prefixRange(descriptionPrefix());
    for (const key of this.#reader.keys(from, to)) {
      const collection = this.#collection(Buffer.from(key).readUInt32BE(1), this.#unsealed(key, 'a collection'));
      collections.set(collection.name, collection);
    }
    return collections;
  }

  #collection(id: number, description: Buffer): CollectionVersion {
    const { name, type, properties, indexes } = decodeValue(description) as unknown as StoredCollection;
    return {
      ...{ id, name, type, properties },
      ...this.#counted(id, (count, tree) => ({ count, tree })),
      indexes: indexes.map(({ tree: treeId, ...index }): IndexVersion => {
        const paths = index.fields.map(parsePath);
        return { ...index, paths, ...this.#counted(treeId, (entryCount, tree) => ({ entryCount, tree })) };
      }),
    };
  }

  #counted<T>(treeId: number, make: (count: number, tree: TreeVersion) => T): T {
    const count = this.#unsealed(countKey(treeId), `the count of tree ${treeId}`).readUIntBE(0, 6);
    return make(count, loadTree(this.#reader, treeId, count));
  }

  #unsealed(key: Uint8Array, record: string): Buffer {
    const place = { database: this.#database, record };
    const stored = this.#reader.get(key);
    if (stored === undefined) throw damaged(place);
    return unseal(stored, place);
  }
}
