import type { Database } from '@cairn/client';
import type { Value } from '@cairn/protocol';
import type { DumpedIndex } from './dump-format.ts';

/** What a dump keeps of a collection besides its documents and indexes. */
export async function describeCollection(database: Database, name: string): Promise<{ type: string; schema?: Value }> {
  const collection = database.collection(name);
  const stats = await collection.stats();
  const schema = await collection.schema.get();
  return { type: typeof stats.type === 'string' ? stats.type : 'document', schema: schema ?? undefined };
}

export async function describeIndexes(database: Database, name: string): Promise<DumpedIndex[]> {
  const indexes = await database.collection(name).indexes.list();
  return indexes.map((index) => ({
    collection: name,
    name: index.name,
    fields: index.fields,
    unique: index.unique === true,
    sparse: index.sparse === true,
    type: indexType(index.index_type),
  }));
}

/** The server answers `Persistent` where a request says `persistent`. */
export function indexType(answered: unknown): string {
  return typeof answered === 'string' ? answered.toLowerCase() : 'persistent';
}
