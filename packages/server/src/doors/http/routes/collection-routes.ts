import { CairnError, isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import type { AnswerFormat } from '../content/answer-format.ts';
import { rowBatches, STREAM_BATCH_ROWS } from '../content/row-batches.ts';
import { plainRoute } from '../route/plain-route.ts';
import { dataOf } from '../route/reply-value.ts';
import { type HttpAnswer, type HttpCall, type Route, route } from '../route/route.ts';
import { anyObject, fieldsOf, replyOf } from '../route/route-fields.ts';

const LIST = '/_api/database/:db/collection';
const ONE = `${LIST}/:name`;

/** Exports are lines unless the request says otherwise. */
const EXPORT_FORMATS: readonly AnswerFormat[] = ['ndjson', 'json', 'msgpack', 'csv'];

const place = { database: z.string(), collection: z.string() };
const done = z.object({ ...place, status: z.string() });
/** What other systems let a collection be spread over; here it is on one machine. */
const spread = { numShards: z.number().int().optional(), replicationFactor: z.number().int().optional() };
/** `strict` or `lenient`; everything else is off. */
const mode = z.string().optional();
const schemaFields = { schema: anyObject.optional(), validationMode: mode, validation_mode: mode };
/** What is no other field of the request is of the schema itself. */
const bareSchema = z
  .looseObject({ schema: z.never().optional() })
  .refine((body) => Object.keys(body).some((name) => !Object.hasOwn(schemaFields, name)), 'missing field `schema`');
const wanted = fieldsOf('create_collection').extend({ ...schemaFields, ...spread, shardKey: z.string().optional() });
const changed = z.object({
  type: z.string().optional(),
  ...schemaFields,
  ...spread,
  propagate: z.boolean().optional(),
});
const listed = z.looseObject({ name: z.string(), count: z.number(), type: z.string(), stats: anyObject });
const schemaReply = z.object({
  schema: anyObject.nullable(),
  validationMode: z.string(),
  collection: z.string(),
});
const counted = done.extend({ cached_count: z.number(), actual_count: z.number(), match: z.boolean() });

/** Collections: their life, counts, schemas and contents as a whole. */
export const COLLECTION_ROUTES: readonly Route[] = [
  route('GET', LIST, 'list_collections', listCollections, { reply: z.object({ collections: z.array(listed) }) }),
  route('POST', LIST, 'create_collection', createCollection, {
    ...{ body: wanted, reply: z.object({ name: z.string(), status: z.string() }) },
  }),
  route('DELETE', ONE, 'delete_collection', removeCollection, {}),
  route('PUT', `${ONE}/properties`, 'set_collection_schema', changeProperties, {
    summary: 'Sets the schema of a collection; its type and the one machine that it is on stay.',
    ...{ body: changed, reply: z.object({ name: z.string(), status: z.string(), shardConfig: z.null() }) },
  }),
  route('PUT', `${ONE}/truncate`, 'truncate_collection', truncate, { reply: done.extend({ deleted: z.number() }) }),
  route('PUT', `${ONE}/compact`, 'compact_collection', compact, { reply: done }),
  route('PUT', `${ONE}/recount`, 'recount_collection', recount, { reply: counted }),
  route('POST', `${ONE}/prune`, 'prune_collection', prune, {
    ...{ body: fieldsOf('prune_collection', ['collection']), reply: replyOf('prune_collection') },
  }),
  route('POST', `${ONE}/repair`, 'repair_collection', repair, {
    reply: z.object({ status: z.string(), report: replyOf('repair_collection') }),
  }),
  route('GET', `${ONE}/stats`, 'collection_stats', showStatistics, { reply: replyOf('collection_stats') }),
  route('GET', `${ONE}/count`, 'collection_stats', count, { reply: z.object({ count: z.number() }) }),
  plainRoute({
    method: 'GET',
    path: `${ONE}/sharding`,
    command: 'get_collection_sharding',
    names: { name: 'collection' },
  }),
  route('GET', `${ONE}/schema`, 'get_collection_schema', showSchema, { reply: schemaReply }),
  route('POST', `${ONE}/schema`, 'set_collection_schema', changeSchema, {
    summary: 'Sets the schema that documents must meet; a JSON Schema by itself counts as a strict one.',
    ...{ body: z.union([z.object({ ...schemaFields, schema: anyObject }), bareSchema]), reply: schemaReply },
  }),
  route('DELETE', `${ONE}/schema`, 'delete_collection_schema', removeSchema, {}),
  route('GET', `${ONE}/export`, 'query', exportDocuments, {
    summary: 'All documents of a collection, out of one snapshot.',
    ...{ reply: z.array(anyObject), formats: EXPORT_FORMATS },
  }),
];

/** As the statistics of a collection tell how it is spread, here as everywhere on one node. */
const ONE_PIECE = { enabled: false, num_shards: 1, shard_key: '_key', replication_factor: 1 };
const ONE_NODE = { enabled: false, total_nodes: 1, healthy_nodes: 1 };

function placeOf({ params }: HttpCall): { database: string; collection: string } {
  return { database: params.db!, collection: params.name! };
}

async function statistics(call: HttpCall, collection: string): Promise<ValueObject> {
  return dataOf(await call.run('collection_stats', { database: call.params.db, collection })) as ValueObject;
}

/** Undefined for those that no command but their own tells of: the secrets of the system database. */
async function shownStatistics(call: HttpCall, name: string): Promise<ValueObject | undefined> {
  try {
    return await statistics(call, name);
  } catch (error) {
    // Somebody may have dropped it since the names were listed.
    if (error instanceof CairnError && (error.code === 'permission_denied' || error.code === 'not_found'))
      return undefined;
    throw error;
  }
}

async function listCollections(call: HttpCall): Promise<HttpAnswer> {
  const names = dataOf(await call.run('list_collections', { database: call.params.db })) as string[];
  const collections: Value[] = [];
  for (const name of names) {
    const stats = await shownStatistics(call, name);
    if (stats === undefined) continue;
    collections.push({ name, count: stats.document_count, type: stats.type, stats });
  }
  return { json: { collections } };
}

async function createCollection(call: HttpCall): Promise<HttpAnswer> {
  const { name, type, schema } = call.body;
  refuseSpreading(call);
  await call.run('create_collection', { database: call.params.db, name, type });
  if (schema !== undefined && schema !== null) {
    try {
      await setSchema(call, String(name));
    } catch (error) {
      await call.run('delete_collection', { database: call.params.db, name });
      throw error;
    }
  }
  return { json: { name: name!, status: 'created' } };
}

function refuseSpreading({ body }: HttpCall): void {
  for (const name of ['numShards', 'replicationFactor']) {
    if (Number(body[name] ?? 1) <= 1) continue;
    throw new CairnError(
      'invalid_argument',
      `${name}: there is one machine, so that nothing can be spread over several`,
    );
  }
}

async function removeCollection({ params, run }: HttpCall): Promise<HttpAnswer> {
  await run('delete_collection', { database: params.db, name: params.name });
  return { status: 204 };
}

async function changeProperties(call: HttpCall): Promise<HttpAnswer> {
  const { numShards: num_shards, replicationFactor: replication_factor } = call.body;
  // Asked whatever is to change, so that nobody is told of a change who may make none.
  await call.run('set_collection_sharding', { ...placeOf(call), num_shards, replication_factor });
  const { name } = call.params;
  const { type: present } = await statistics(call, name!);
  const { type = present, schema } = call.body;
  if ((type ?? present) !== present) {
    throw new CairnError('invalid_argument', `Collection '${name}' is of type ${String(present)} and stays it`);
  }
  if (schema !== undefined && schema !== null) await setSchema(call, name!);
  return { json: { name: name!, status: 'updated', shardConfig: null } };
}

async function truncate(call: HttpCall): Promise<HttpAnswer> {
  const { count: deleted } = await call.run('truncate_collection', placeOf(call));
  return { json: { ...placeOf(call), deleted: deleted ?? 0, status: 'truncated' } };
}

async function compact(call: HttpCall): Promise<HttpAnswer> {
  await call.run('compact_collection', placeOf(call));
  return { json: { ...placeOf(call), status: 'compacted' } };
}

async function recount(call: HttpCall): Promise<HttpAnswer> {
  const { document_count: cached } = await statistics(call, call.params.name!);
  const { count } = dataOf(await call.run('recount_collection', placeOf(call))) as ValueObject;
  const found = { cached_count: cached!, actual_count: count!, match: cached === count };
  return { json: { ...placeOf(call), ...found, status: 'recounted' } };
}

async function prune(call: HttpCall): Promise<HttpAnswer> {
  const { older_than, field } = call.body;
  return { json: dataOf(await call.run('prune_collection', { ...placeOf(call), older_than, field })) };
}

async function repair(call: HttpCall): Promise<HttpAnswer> {
  return { json: { status: 'repaired', report: dataOf(await call.run('repair_collection', placeOf(call))) } };
}

async function showStatistics(call: HttpCall): Promise<HttpAnswer> {
  const stats = await statistics(call, call.params.name!);
  const here = { local_document_count: stats.document_count!, sharding: ONE_PIECE, cluster: ONE_NODE };
  return { json: { ...stats, ...placeOf(call), ...here } };
}

async function count(call: HttpCall): Promise<HttpAnswer> {
  const { document_count } = await statistics(call, call.params.name!);
  return { json: { count: document_count! } };
}

async function showSchema(call: HttpCall): Promise<HttpAnswer> {
  const found = dataOf(await call.run('get_collection_schema', placeOf(call))) as ValueObject | null;
  const { name: collection } = call.params;
  const validationMode = found?.validation_mode ?? 'off';
  return { json: { schema: found?.schema ?? null, validationMode, collection: collection! } };
}

async function changeSchema(call: HttpCall): Promise<HttpAnswer> {
  const { body } = call;
  const whole = isObject(body.schema) ? body : { schema: body, validationMode: 'strict' };
  await setSchema({ ...call, body: whole }, call.params.name!);
  return showSchema(call);
}

async function setSchema({ params, body, run }: HttpCall, collection: string): Promise<void> {
  const { schema, validationMode, validation_mode: wanted = validationMode } = body;
  const validation_mode = wanted === 'strict' || wanted === 'lenient' ? wanted : 'off';
  const wrapped = schema === undefined ? undefined : { name: 'schema', schema, validation_mode };
  await run('set_collection_schema', { database: params.db, collection, schema: wrapped });
}

async function removeSchema(call: HttpCall): Promise<HttpAnswer> {
  await call.run('delete_collection_schema', placeOf(call));
  return { status: 204 };
}

async function exportDocuments(call: HttpCall): Promise<HttpAnswer> {
  const { database, collection } = placeOf(call);
  const { type } = await statistics(call, collection);
  const sdbql = 'FOR document IN @@collection RETURN document';
  const bind_vars = { '@collection': collection };
  const first = await call.run('query', { database, sdbql, bind_vars, batch_size: STREAM_BATCH_ROWS });
  const name = encodeURIComponent(`${database}-${collection}`);
  const ending = call.format === 'ndjson' ? 'jsonl' : call.format;
  return {
    headers: { 'content-disposition': `attachment; filename="${name}.${ending}"` },
    rows: markedRows(rowBatches(call, first), type!),
  };
}

/** Documents with the type of their collection, so that an import makes one like it. */
async function* markedRows(batches: AsyncIterable<readonly Value[]>, type: Value): AsyncGenerator<Value[]> {
  for await (const batch of batches) {
    yield (batch as ValueObject[]).map((row) => ({ ...row, _collectionType: type }));
  }
}
