import { CairnError, type Value } from '@cairn/protocol/internal';
import type {
  CollectionView,
  Database,
  IndexDefinition,
  IndexInfo,
  IndexView,
  ReadView,
} from '@cairn/storage/internal';
import { ensureAdjacencyIndexes, isAdjacencyIndex, listedIndexes } from './adjacency-indexes.ts';
import { requireCollection } from './documents.ts';
import { type CollectionSchema, type SchemaGuard, schemaOf, type ValidationMode } from './schema-guard.ts';

const VALIDATION_MODES: readonly ValidationMode[] = ['off', 'strict', 'lenient'];
/** Names that other systems have for the index that we call persistent. */
const PERSISTENT_NAMES: ReadonlySet<string> = new Set(['persistent', 'hash', 'btree', 'skiplist', '']);

type ValueMap = { [name: string]: Value };

/** Collections, their indexes and schemas: everything about them that is not a document. */
export class Collections {
  readonly #schemas: SchemaGuard;

  constructor(schemas: SchemaGuard) {
    this.#schemas = schemas;
  }

  names(database: Database): string[] {
    return inView(database, (view) => [...view.collectionNames()].sort());
  }

  async create(database: Database, name: string, type: string | undefined): Promise<void> {
    if (name === '') throw new CairnError('invalid_argument', 'a collection needs a name');
    await database.createCollection(name, { type });
    await ensureAdjacencyIndexes(database, name);
  }

  statistics(database: Database, name: string): ValueMap {
    return inView(database, (view) => {
      const collection = requireCollection(view, name);
      return {
        name: `${database.name}:${name}`,
        type: collection.type,
        document_count: collection.count,
        chunk_count: 0,
        indexes: listedIndexes(collection).length,
        disk_usage: { live_data_size: 0, memtable_size: 0, num_sst_files: 0, sst_files_size: 0 },
      };
    });
  }

  /** Documents counted one by one, beside the number that the catalogue keeps. */
  recount(database: Database, name: string): number {
    return inView(database, (view) => {
      const blocks = requireCollection(view, name).blocks();
      let total = 0;
      for (let slice = blocks.next(); slice !== undefined; slice = blocks.next()) total += slice.to - slice.from;
      return total;
    });
  }

  /** Joins neighbouring blocks that have become small, of documents and indexes. @throws CairnError `not_found` */
  async compact(database: Database, name: string): Promise<void> {
    inView(database, (view) => requireCollection(view, name));
    await database.compactCollection(name);
  }

  async createIndex(database: Database, collection: string, wanted: IndexRequest): Promise<ValueMap> {
    const fields = wanted.fields ?? (wanted.field === undefined ? [] : [wanted.field]);
    if (fields.length === 0) throw new CairnError('invalid_argument', 'an index needs fields');
    const type = wanted.type?.toLowerCase() ?? 'persistent';
    const definition: IndexDefinition = {
      name: wanted.name ?? `idx_${fields.join('_')}`,
      fields: [...fields],
      unique: wanted.unique ?? false,
      sparse: wanted.sparse ?? false,
      type: PERSISTENT_NAMES.has(type) ? 'persistent' : type,
      options: wanted.options,
    };
    const created = await database.createIndex(collection, definition);
    return this.#indexNamed(database, collection, created);
  }

  /** @throws CairnError `not_found`; `invalid_argument` for an index that belongs to collections of edges */
  async dropIndex(database: Database, name: string, index: string): Promise<void> {
    const type = inView(database, (view) => requireCollection(view, name).type);
    if (isAdjacencyIndex(type, { name: index })) {
      throw new CairnError('invalid_argument', `Index '${index}' belongs to every collection of edges`, {
        details: { collection: name, index },
      });
    }
    await database.dropIndex(name, index);
  }

  indexes(database: Database, name: string): ValueMap[] {
    return inView(database, (view) => {
      const collection = requireCollection(view, name);
      return listedIndexes(collection).map((index) => showIndex(collection, index));
    });
  }

  schema(database: Database, name: string): Value {
    return inView(database, (view) => {
      const schema = schemaOf(requireCollection(view, name).properties);
      return schema === undefined ? null : showSchema(schema);
    });
  }

  /** Takes `{name, schema, validation_mode}`, or a bare JSON Schema, which is then strict. */
  async setSchema(database: Database, collection: string, given: Value): Promise<void> {
    const schema = readSchema(given);
    if (schema.validationMode !== 'off') this.#schemas.requireValid(schema.schema);
    await this.#setProperty(database, collection, showSchema(schema));
  }

  async removeSchema(database: Database, collection: string): Promise<void> {
    await this.#setProperty(database, collection, null);
  }

  async #setProperty(database: Database, name: string, schema: Value): Promise<void> {
    const properties = inView(database, (view) => requireCollection(view, name).properties);
    const others = typeof properties === 'object' && properties !== null ? (properties as ValueMap) : {};
    await database.setCollectionProperties(name, { ...others, schema });
  }

  #indexNamed(database: Database, name: string, created: IndexInfo): ValueMap {
    return inView(database, (view) => {
      const collection = requireCollection(view, name);
      const index = collection.indexes.find((one) => one.name === created.name);
      if (index === undefined) throw new CairnError('internal', `index ${created.name} vanished`);
      return showIndex(collection, index);
    });
  }
}

/** An index as a client asks for it. */
export interface IndexRequest {
  readonly name?: string;
  readonly fields?: readonly string[];
  readonly field?: string;
  readonly unique?: boolean;
  readonly sparse?: boolean;
  readonly type?: string;
  readonly options?: Value;
}

function inView<T>(database: Database, work: (view: ReadView) => T): T {
  const view = database.snapshot();
  try {
    return work(view);
  } finally {
    view.release();
  }
}

function showIndex(collection: CollectionView, index: IndexView): ValueMap {
  const type = index.type.charAt(0).toUpperCase() + index.type.slice(1);
  return {
    name: index.name,
    field: index.fields[0] ?? '',
    fields: [...index.fields],
    index_type: type,
    type: index.type,
    unique: index.unique,
    sparse: index.sparse,
    indexed_documents: Math.min(index.entryCount, collection.count),
    unique_values: index.entryCount,
  };
}

function showSchema(schema: CollectionSchema): ValueMap {
  return { name: schema.name, schema: schema.schema, validation_mode: schema.validationMode };
}

function readSchema(given: Value): CollectionSchema {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalidSchema('not an object');
  const wrapped = given as ValueMap;
  // A bare JSON Schema may itself describe a member called `schema`, but then without a mode beside it.
  if (!('schema' in wrapped) || !('validation_mode' in wrapped)) {
    return { name: 'schema', schema: given, validationMode: 'strict' };
  }
  const mode = VALIDATION_MODES.find((one) => one === wrapped.validation_mode);
  if (mode === undefined) throw invalidSchema(`validation_mode is one of ${VALIDATION_MODES.join(', ')}`);
  const name = typeof wrapped.name === 'string' ? wrapped.name : 'schema';
  return { name, schema: wrapped.schema, validationMode: mode };
}

function invalidSchema(reason: string): CairnError {
  return new CairnError('invalid_argument', `Invalid schema: ${reason}`, { variant: 'InvalidCommand' });
}
