import type { DatabaseVersion } from '../database-version.ts';
import type { EnvironmentReader } from './lmdb-environment.ts';

/*
 * The keys of a database's environment: docs/formats/database-folder.md is their page.
 *   00            what the database is: format, LSN, catalogue version, the next tree's number
 *   01 id         a collection's description
 *   02 tree       how many records a tree holds
 *   03            the database's properties
 *   10 tree fence a block
 */
const DESCRIPTION = 0x01;
const COUNT = 0x02;
const BLOCK = 0x10;

export const META_KEY = Uint8Array.of(0x00);
export const PROPERTIES_KEY = Uint8Array.of(0x03);

function numbered(kind: number, id: number, rest = 0): Uint8Array {
  const key = new Uint8Array(5 + rest);
  key[0] = kind;
  key[1] = id >>> 24;
  key[2] = id >>> 16;
  key[3] = id >>> 8;
  key[4] = id;
  return key;
}

export const descriptionKey = (collectionId: number): Uint8Array => numbered(DESCRIPTION, collectionId);
export const countKey = (treeId: number): Uint8Array => numbered(COUNT, treeId);
export const blockPrefix = (treeId: number): Uint8Array => numbered(BLOCK, treeId);
export const descriptionPrefix = (): Uint8Array => Uint8Array.of(DESCRIPTION);

export function blockKey(treeId: number, fence: Uint8Array): Uint8Array {
  const key = numbered(BLOCK, treeId, fence.length);
  key.set(fence, 5);
  return key;
}

export function fenceOf(key: Uint8Array): Uint8Array {
  return key.subarray(5);
}

/** What stands in an environment and belongs to nothing in the catalogue. */
export function* strayKeys(reader: EnvironmentReader, version: DatabaseVersion): Generator<string> {
  const trees = new Set<number>();
  const collections = new Set<number>();
  for (const collection of version.collections.values()) {
    collections.add(collection.id);
    for (const { treeId } of [collection.tree, ...collection.indexes.map((index) => index.tree)]) trees.add(treeId);
  }
  for (const key of reader.keys(META_KEY, Uint8Array.of(0xff))) {
    const id = key.length >= 5 ? Buffer.from(key).readUInt32BE(1) : -1;
    if (key[0] === META_KEY[0] || key[0] === PROPERTIES_KEY[0]) continue;
    if (key[0] === DESCRIPTION && !collections.has(id)) yield `a collection ${id} that the catalogue does not have`;
    if ((key[0] === COUNT || key[0] === BLOCK) && !trees.has(id))
      yield `a record of tree ${id}, which nothing refers to`;
  }
}
