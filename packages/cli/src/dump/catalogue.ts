import type { Database } from '@cairn/client';
import type { Value } from '@cairn/protocol';
import { isPermissionDenied } from '../connection/error-codes.ts';
import type { DumpedIndex } from './dump-format.ts';

/** What a dump keeps of a collection besides its documents and indexes. */
export async function describeCollection(
  database: Database,
  name: string,
): Promise<{ type: string; schema?: Value; rules?: Value }> {
  const collection = database.collection(name);
  const stats = await collection.stats();
  const schema = await collection.schema.get();
  const type = typeof stats.type === 'string' ? stats.type : 'document';
  return { type, schema: schema ?? undefined, rules: await rulesOf(database, name) };
}

/** Whoever is bound by the rules is not shown them: his dump holds what he may see. */
async function rulesOf(database: Database, name: string): Promise<Value | undefined> {
  try {
    return ((await database.collection(name).rules.get()) as Value | null) ?? undefined;
  } catch (error) {
    if (isPermissionDenied(error)) return undefined;
    throw error;
  }
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
