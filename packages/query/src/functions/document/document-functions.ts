import { CairnError, type Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { randomBelow } from '../numeric/random.ts';
import { describeValue } from '../signature.ts';
import { localCollection } from './local-collection.ts';

/** The document of an id `collection/key` or `database:collection/key`; the key may hold slashes of its own. */
function documentById(context: FunctionContext, id: Value): Value {
  const slash = typeof id === 'string' ? id.indexOf('/') : -1;
  if (typeof id !== 'string' || slash < 0) {
    throw new FunctionError('DOCUMENT', `an id must be text of the form collection/key, got ${describeValue(id)}`);
  }
  return context.document(localCollection(context, id.slice(0, slash)), id.slice(slash + 1));
}

/** The document of a key in a known collection; the whole id is taken too. */
function documentByKey(context: FunctionContext, collection: string, key: Value): Value {
  if (typeof key !== 'string') {
    throw new FunctionError('DOCUMENT', `a key must be a string, got ${describeValue(key)}`);
  }
  const found = context.document(collection, key);
  if (found !== null) return found;
  const prefix = [`${collection}/`, `${context.database}:${collection}/`].find((start) => key.startsWith(start));
  return prefix === undefined ? null : context.document(collection, key.slice(prefix.length));
}

function findDocuments(context: FunctionContext, first: Value, second: Value | undefined): Value {
  if (second === undefined) {
    return Array.isArray(first)
      ? present(first, (id) => documentByListedId(context, id))
      : documentById(context, first);
  }
  if (typeof first !== 'string') {
    throw new FunctionError('DOCUMENT', `argument 1 (collection) must be a string, got ${describeValue(first)}`);
  }
  const collection = localCollection(context, first);
  const find = (key: Value) => documentByKey(context, collection, key);
  return Array.isArray(second) ? present(second, (key) => (typeof key === 'string' ? find(key) : null)) : find(second);
}

/** The document of one id of many: null for what is no id, or names a collection that does not exist. */
function documentByListedId(context: FunctionContext, id: Value): Value {
  if (typeof id !== 'string' || !id.includes('/')) return null;
  try {
    return documentById(context, id);
  } catch (error) {
    if (error instanceof CairnError && error.code === 'not_found') return null;
    throw error;
  }
}

/** What is found, without the nulls of what is not. */
function present(ids: readonly Value[], find: (id: Value) => Value): Value[] {
  return ids.map(find).filter((document) => document !== null);
}

/** So many documents of a collection, each set of them equally likely (reservoir sampling, algorithm R). */
function sample(context: FunctionContext, collection: string, count: number): Value[] {
  const reservoir: Value[] = [];
  let seen = 0;
  for (const document of context.documents(collection)) {
    context.checkpoint();
    seen++;
    const slot = reservoir.length < count ? reservoir.length : randomBelow(context, seen);
    if (slot < count) reservoir[slot] = document;
  }
  return reservoir;
}

/** Functions that read stored documents. */
export const documentFunctions: readonly FunctionDefinition[] = [
  {
    name: 'DOCUMENT',
    category: 'document',
    parameters: [
      { name: 'id', type: ['string', 'array', 'null'] },
      { name: 'key', type: ['string', 'array', 'null'], optional: true },
    ],
    nulls: 'pass',
    pure: false,
    summary:
      'The document of an id (`collection/key`), or of a collection and a key; null when there is none. For an array of ids or keys those that are found, whatever else the array holds.',
    examples: [{ expression: 'DOCUMENT(null)', result: null }],
    evaluate: (context: FunctionContext, id: Value, key?: Value) =>
      id === null || key === null ? null : findDocuments(context, id, key),
  },
  {
    name: 'COLLECTION_COUNT',
    category: 'document',
    parameters: [{ name: 'collection', type: 'string' }],
    nulls: 'pass',
    pure: false,
    summary: 'How many documents a collection has.',
    examples: [],
    evaluate: (context: FunctionContext, name: string) => {
      const collection = localCollection(context, name);
      const count = context.collectionCount(collection);
      if (count !== undefined) return count;
      throw new CairnError('not_found', `Collection '${collection}' not found`, { details: { collection } });
    },
  },
  {
    name: 'SAMPLE',
    category: 'document',
    parameters: [
      { name: 'collection', type: 'string' },
      { name: 'count', type: 'integer' },
    ],
    nulls: 'pass',
    pure: false,
    summary: 'So many documents of a collection, chosen at random; all of them when it has fewer.',
    examples: [],
    evaluate: (context: FunctionContext, name: string, count: number) => {
      if (count < 0) throw new FunctionError('SAMPLE', `argument 2 (count) must not be negative, got ${count}`);
      return sample(context, localCollection(context, name), count);
    },
  },
];
