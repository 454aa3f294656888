import { CairnError, isObject, type Value } from '@cairn/protocol/internal';
import {
  type CollectionView,
  type IndexDefinition,
  type IndexView,
  type ReadView,
  recordCount,
} from '@cairn/storage/internal';
import {
  parseRules,
  requireCompilable,
  showRules,
  storedRules,
  withRules,
} from '../../security/rights/rules/rule-definition.ts';
import { shownTo } from '../../security/rights/rules/ruled-view.ts';
import { SubjectRules } from '../../security/rights/rules/subject-rules.ts';
import { withoutOwner } from '../../security/rights/rules/write-guard.ts';
import { refuseGuarded } from '../automation/guarded-collections.ts';
import { requireCollection, type WriteTarget } from '../documents/documents.ts';
import { type CollectionSchema, type SchemaGuard, schemaOf, type ValidationMode } from '../documents/schema-guard.ts';
import { ensureAdjacencyIndexes, isAdjacencyIndex, listedIndexes, missingIndexes } from './adjacency-indexes.ts';

const VALIDATION_MODES: readonly ValidationMode[] = ['off', 'strict', 'lenient'];
/** Names that other systems have for the index that we call persistent. */
const PERSISTENT_NAMES: ReadonlySet<string> = new Set(['persistent', 'hash', 'btree', 'skiplist', '']);
/** Functions find what these are for, or nobody would notice that they are ordinary ones. */
const OTHER_TYPES: ReadonlySet<string> = new Set(['fulltext', 'geo', 'vector', 'bloom', 'cuckoo']);

/** Blocks that are looked at to tell a collection's size. */
const SIZE_SAMPLE_BLOCKS = 16;

type ValueMap = { [name: string]: Value };

/** Collections, their indexes and schemas: everything about them that is not a document, at once or in a transaction. */
export class Collections {
  readonly #schemas: SchemaGuard;

  constructor(schemas: SchemaGuard) {
    this.#schemas = schemas;
  }

  names(view: ReadView): string[] {
    return [...view.collectionNames()].sort();
  }

  /** @throws CairnError `already_exists` */
  async create({ database, transaction }: WriteTarget, name: string, type: string | undefined): Promise<void> {
    refuseGuarded(name);
    if (name === '') throw new CairnError('invalid_argument', 'a collection needs a name');
    if (transaction === undefined) {
      await database.createCollection(name, { type });
      await ensureAdjacencyIndexes(database, name);
      return;
    }
    transaction.createCollection(name, type ?? 'document');
    for (const definition of missingIndexes(transaction, name)) transaction.createIndex(name, definition);
  }

  /** @throws CairnError `not_found`, `permission_denied` for whom rules keep documents of it */
  async drop(target: WriteTarget, name: string): Promise<void> {
    refuseGuarded(name);
    requireUnruled(target, name);
    const { database, transaction } = target;
    if (transaction === undefined) await database.dropCollection(name);
    else transaction.dropCollection(name);
  }

  /** Removes all documents and answers how many there were. @throws CairnError `not_found`, `permission_denied` as `drop` */
  async truncate(target: WriteTarget, name: string): Promise<number> {
    this.requireTruncatable(target, name);
    const { database, transaction } = target;
    return transaction === undefined ? database.truncateCollection(name) : transaction.truncateCollection(name);
  }

  /** @throws CairnError as `truncate` */
  requireTruncatable(target: WriteTarget, name: string): void {
    refuseGuarded(name);
    requireUnruled(target, name);
  }

  statistics(view: ReadView, database: string, name: string): ValueMap {
    const collection = requireCollection(view, name);
    const bytes = estimatedBytes(collection);
    return {
      name: `${database}:${name}`,
      type: collection.type,
      document_count: collection.count,
      chunk_count: 0,
      indexes: listedIndexes(collection).length,
      // There are no tables in memory and no files of a collection's own: its blocks lie among others in the one of its database.
      disk_usage: { live_data_size: bytes, memtable_size: 0, num_sst_files: 0, sst_files_size: 0, total_size: bytes },
    };
  }

  /** How much there is of a collection; bytes as in `estimatedBytes`. @throws CairnError `not_found` */
  size(view: ReadView, name: string): { readonly type: string; readonly documents: number; readonly bytes: number } {
    const collection = requireCollection(view, name);
    return { type: collection.type, documents: collection.count, bytes: estimatedBytes(collection) };
  }

  /** Documents counted one by one, beside the number that the catalogue keeps. */
  recount(view: ReadView, name: string): number {
    const blocks = requireCollection(view, name).blocks();
    let total = 0;
    for (let slice = blocks.next(); slice !== undefined; slice = blocks.next()) total += slice.to - slice.from;
    return total;
  }

  /** Joins neighbouring blocks that have become small, of documents and indexes. @throws CairnError `not_found` */
  async compact(target: WriteTarget, name: string): Promise<void> {
    inView(target, (view) => requireCollection(view, name));
    if (target.transaction === undefined) await target.database.compactCollection(name);
    else target.transaction.compactCollection(name);
  }

  async createIndex(target: WriteTarget, collection: string, wanted: IndexRequest): Promise<ValueMap> {
    refuseGuarded(collection);
    const fields = wanted.fields ?? (wanted.field === undefined ? [] : [wanted.field]);
    if (fields.length === 0) throw new CairnError('invalid_argument', 'an index needs fields');
    const type = indexType(wanted.type);
    const definition: IndexDefinition = {
      name: wanted.name ?? `idx_${fields.join('_')}`,
      fields: [...fields],
      unique: wanted.unique ?? false,
      sparse: wanted.sparse ?? false,
      type,
      options: wanted.options,
    };
    requireShown(target, collection, fields);
    try {
      if (target.transaction === undefined) await target.database.createIndex(collection, definition);
      else target.transaction.createIndex(collection, definition);
    } catch (error) {
      throw isRuled(target, collection) ? withoutOwner(error) : error;
    }
    return inView(target, (view) => showIndexNamed(requireCollection(view, collection), definition.name));
  }

  /** @throws CairnError `not_found`; `invalid_argument` for an index that belongs to collections of edges */
  async dropIndex(target: WriteTarget, name: string, index: string): Promise<void> {
    refuseGuarded(name);
    const { type, isShown } = inView(target, (view) => {
      const collection = requireCollection(view, name);
      return { type: collection.type, isShown: collection.indexes.some((one) => one.name === index) };
    });
    // One that tells of hidden fields is not there for whom they are hidden from.
    if (!isShown) throw indexNotFound(name, index);
    if (isAdjacencyIndex(type, { name: index })) {
      throw new CairnError('invalid_argument', `Index '${index}' belongs to every collection of edges`, {
        details: { collection: name, index },
      });
    }
    if (target.transaction === undefined) await target.database.dropIndex(name, index);
    else target.transaction.dropIndex(name, index);
  }

  /** Builds all indexes of a collection anew; answers how many documents were read. @throws CairnError `not_found` */
  async rebuildIndexes(target: WriteTarget, name: string): Promise<number> {
    const { database, transaction } = target;
    const read = await (transaction === undefined ? database.rebuildIndexes(name) : transaction.rebuildIndexes(name));
    // How many there are of all is not for whom rules keep some from.
    return isRuled(target, name) ? inView(target, (view) => requireCollection(view, name).count) : read;
  }

  indexes(view: ReadView, name: string): ValueMap[] {
    const collection = requireCollection(view, name);
    return listedIndexes(collection).map((index) => showIndex(collection, index));
  }

  /** One of them. @throws CairnError `not_found` */
  index(view: ReadView, name: string, indexName: string): ValueMap {
    const collection = requireCollection(view, name);
    const index = listedIndexes(collection).find((one) => one.name === indexName);
    if (index !== undefined) return showIndex(collection, index);
    throw indexNotFound(name, indexName);
  }

  schema(view: ReadView, name: string): Value {
    const schema = schemaOf(requireCollection(view, name).properties);
    return schema === undefined ? null : showSchema(schema);
  }

  /** Takes `{name, schema, validation_mode}`, or a bare JSON Schema, which is then strict. */
  async setSchema(target: WriteTarget, collection: string, given: Value): Promise<void> {
    refuseGuarded(collection);
    const schema = readSchema(given);
    if (schema.validationMode !== 'off') this.#schemas.requireValid(schema.schema);
    await changeProperties(target, collection, (properties) => ({ ...properties, schema: showSchema(schema) }));
  }

  async removeSchema(target: WriteTarget, collection: string): Promise<void> {
    await changeProperties(target, collection, (properties) => ({ ...properties, schema: null }));
  }

  /** The rules of a collection as they were set; null when it has none. */
  rules(view: ReadView, name: string): Value {
    const rules = storedRules(requireCollection(view, name).properties);
    return rules === undefined ? null : showRules(rules);
  }

  /** @throws CairnError `invalid_argument` for rules that cannot be, `not_found` */
  async setRules(target: WriteTarget, collection: string, given: Value): Promise<Value> {
    refuseGuarded(collection);
    const rules = parseRules(given);
    requireCompilable(rules);
    await changeProperties(target, collection, (properties) => withRules(properties, rules));
    return showRules(rules);
  }

  async removeRules(target: WriteTarget, collection: string): Promise<void> {
    await changeProperties(target, collection, (properties) => withRules(properties, undefined));
  }
}

function indexNotFound(collection: string, index: string): CairnError {
  return new CairnError('not_found', `Index '${index}' not found`, { details: { collection, index } });
}

async function changeProperties(
  target: WriteTarget,
  name: string,
  change: (properties: ValueMap) => ValueMap,
): Promise<void> {
  const changed = (properties: Value) => change(isObject(properties) ? properties : {});
  if (target.transaction === undefined) await target.database.changeCollectionProperties(name, changed);
  else {
    const { properties } = requireCollection(target.transaction, name);
    target.transaction.setCollectionProperties(name, changed(properties));
  }
}

function rulesFor(target: WriteTarget, name: string): SubjectRules | undefined {
  return inView(target, (view) => SubjectRules.of(requireCollection(view, name), target.subject));
}

function isRuled(target: WriteTarget, name: string): boolean {
  return rulesFor(target, name) !== undefined;
}

/** All documents at once are taken away by nobody from whom some of them are kept. @throws CairnError `permission_denied` */
function requireUnruled(target: WriteTarget, name: string): void {
  const rules = rulesFor(target, name);
  if (rules === undefined || (!rules.narrows && !rules.restricts('delete'))) return;
  throw new CairnError(
    'permission_denied',
    `Forbidden: the rules of '${name}' do not let you remove all its documents`,
    {
      details: { collection: name },
    },
  );
}

/** An index tells of the fields that it is over. @throws CairnError `permission_denied` */
function requireShown(target: WriteTarget, name: string, fields: readonly string[]): void {
  if (rulesFor(target, name)?.hidden?.touches(fields) !== true) return;
  throw new CairnError('permission_denied', `Forbidden: the rules of '${name}' hide a field of the index`, {
    details: { collection: name },
  });
}

/** @throws CairnError `invalid_argument` for a type that there is not */
function indexType(wanted: string | undefined): string {
  const type = wanted?.toLowerCase() ?? 'persistent';
  if (PERSISTENT_NAMES.has(type)) return 'persistent';
  if (OTHER_TYPES.has(type)) return type;
  if (type === 'ttl') {
    throw new CairnError('invalid_argument', "Indexes of type 'ttl' are not there yet: no document would expire", {
      details: { type },
    });
  }
  throw new CairnError('invalid_argument', `Unknown index type '${wanted}'`, { details: { type } });
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

/** The state as the target's subject is shown it. */
function inView<T>({ database, transaction, subject }: WriteTarget, work: (view: ReadView) => T): T {
  if (transaction !== undefined) return work(shownTo(transaction, subject));
  const view = database.snapshot();
  try {
    return work(shownTo(view, subject));
  } finally {
    view.release();
  }
}

function showIndexNamed(collection: CollectionView, name: string): ValueMap {
  const index = collection.indexes.find((one) => one.name === name);
  if (index === undefined) throw new CairnError('internal', `index ${name} vanished`);
  return showIndex(collection, index);
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

/** Bytes of the documents, from blocks spread over the collection: exact for one that has no more than those. */
function estimatedBytes(collection: CollectionView): number {
  let [bytes, records] = [0, 0];
  for (const block of collection.sampleBlocks(SIZE_SAMPLE_BLOCKS)) {
    bytes += block.bytes.length;
    records += recordCount(block.bytes);
  }
  return records === 0 ? 0 : Math.round((bytes / records) * collection.count);
}
