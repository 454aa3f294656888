import type { Value, ValueObject } from '@cairn/protocol/internal';
import { jsonText } from '../json-text.ts';
import { dataOf, rowsIn } from '../reply-value.ts';
import { type HttpAnswer, type HttpCall, type Route, route } from '../route.ts';

const LIST = '/_api/database/:db/collection';
const ONE = `${LIST}/:name`;

/** Rows that an export reads at a time. */
const EXPORT_BATCH_ROWS = 1_000;

function place({ params }: HttpCall): { database: string; collection: string } {
  return { database: params.db!, collection: params.name! };
}

async function statistics(call: HttpCall, collection: string): Promise<ValueObject> {
  return dataOf(await call.run('collection_stats', { database: call.params.db, collection })) as ValueObject;
}

/** Collections: their life, counts, schemas and contents as a whole. */
export const COLLECTION_ROUTES: readonly Route[] = [
  route('GET', LIST, 'list_collections', async (call) => {
    const names = dataOf(await call.run('list_collections', { database: call.params.db })) as string[];
    const collections: Value[] = [];
    for (const name of names) {
      const stats = await statistics(call, name);
      collections.push({ name, count: stats.document_count, type: stats.type, stats });
    }
    return { json: { collections } };
  }),
  route('POST', LIST, 'create_collection', createCollection),
  route('DELETE', ONE, 'delete_collection', async ({ params, run }) => {
    await run('delete_collection', { database: params.db, name: params.name });
    return { status: 204 };
  }),
  route('PUT', `${ONE}/truncate`, 'truncate_collection', async (call) => {
    const { document_count: deleted } = await statistics(call, call.params.name!);
    await call.run('truncate_collection', place(call));
    return { json: { ...place(call), deleted, status: 'truncated' } };
  }),
  route('PUT', `${ONE}/compact`, 'compact_collection', async (call) => {
    await call.run('compact_collection', place(call));
    return { json: { ...place(call), status: 'compacted' } };
  }),
  route('PUT', `${ONE}/recount`, 'recount_collection', async (call) => {
    const { document_count: cached } = await statistics(call, call.params.name!);
    const { count } = dataOf(await call.run('recount_collection', place(call))) as ValueObject;
    const found = { cached_count: cached, actual_count: count, match: cached === count };
    return { json: { ...place(call), ...found, status: 'recounted' } };
  }),
  route('GET', `${ONE}/stats`, 'collection_stats', async (call) => {
    const stats = await statistics(call, call.params.name!);
    return { json: { ...stats, ...place(call), local_document_count: stats.document_count } };
  }),
  route('GET', `${ONE}/count`, 'collection_stats', async (call) => {
    const { document_count: count } = await statistics(call, call.params.name!);
    return { json: { count } };
  }),
  route('GET', `${ONE}/schema`, 'get_collection_schema', async (call) => ({ json: await schemaAnswer(call) })),
  route('POST', `${ONE}/schema`, 'set_collection_schema', async (call) => {
    await setSchema(call, call.params.name!);
    return { json: await schemaAnswer(call) };
  }),
  route('DELETE', `${ONE}/schema`, 'delete_collection_schema', async (call) => {
    await call.run('delete_collection_schema', place(call));
    return { status: 204 };
  }),
  route('GET', `${ONE}/export`, 'query', async (call) => {
    const { database, collection } = place(call);
    const { type } = await statistics(call, collection);
    const lines = exportedLines(call, String(type));
    const headers = {
      'content-disposition': `attachment; filename="${encodeURIComponent(`${database}-${collection}`)}.jsonl"`,
    };
    return { headers, stream: { contentType: 'application/x-ndjson', lines } };
  }),
];

async function createCollection(call: HttpCall): Promise<HttpAnswer> {
  const { name, type, schema } = call.body;
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

async function setSchema({ params, body, run }: HttpCall, collection: string): Promise<void> {
  const { schema, validationMode, validation_mode = validationMode ?? 'off' } = body;
  const wrapped = schema === undefined ? undefined : { name: 'schema', schema, validation_mode };
  await run('set_collection_schema', { database: params.db, collection, schema: wrapped });
}

async function schemaAnswer(call: HttpCall): Promise<Value> {
  const found = dataOf(await call.run('get_collection_schema', place(call))) as ValueObject | null;
  const { name: collection } = call.params;
  return { schema: found?.schema ?? null, validationMode: found?.validation_mode ?? 'off', collection: collection! };
}

/** All documents, a line each, out of one snapshot. */
async function* exportedLines(call: HttpCall, type: string): AsyncGenerator<string> {
  const { database, collection } = place(call);
  const sdbql = 'FOR document IN @@collection RETURN document';
  const binds = { '@collection': collection };
  let reply = await call.run('query', { database, sdbql, bind_vars: binds, batch_size: EXPORT_BATCH_ROWS });
  const { cursor } = reply;
  try {
    for (;;) {
      const rows = rowsIn(reply) as ValueObject[];
      yield rows.map((row) => `${jsonText({ ...row, _collectionType: type })}\n`).join('');
      if (reply.hasMore !== true) return;
      reply = await call.run('cursor_next', { cursor, batch_size: EXPORT_BATCH_ROWS });
    }
  } finally {
    // Whoever goes away in the middle leaves a cursor behind.
    if (reply.hasMore === true) await call.run('cursor_close', { cursor });
  }
}
