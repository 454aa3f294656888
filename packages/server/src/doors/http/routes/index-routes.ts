import type { ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import { plainRoute } from '../route/plain-route.ts';
import { dataOf } from '../route/reply-value.ts';
import { type HttpCall, type Route, route } from '../route/route.ts';
import { fieldsOf, replyOf } from '../route/route-fields.ts';

const INDEXES = '/_api/database/:db/index/:collection';

function place({ params }: HttpCall): { database: string; collection: string } {
  return { database: params.db!, collection: params.collection! };
}

const index = z.object({
  name: z.string(),
  field: z.string(),
  fields: z.array(z.string()),
  type: z.string(),
  unique: z.boolean(),
  status: z.string(),
});
/** One `field` is a list of one, and an index may be named after its fields. */
const wantedIndex = fieldsOf('create_index', ['collection'])
  .partial({ name: true, fields: true })
  .extend({ field: z.string().optional() });
const rebuilt = z.object({
  database: z.string(),
  collection: z.string(),
  documents_indexed: z.number(),
  status: z.string(),
});

/** Indexes of a collection. */
export const INDEX_ROUTES: readonly Route[] = [
  route(
    'POST',
    INDEXES,
    'create_index',
    async (call) => {
      const { name, field, fields, type, unique, sparse, options } = call.body;
      const wanted = { ...place(call), name, field, fields, type, unique, sparse, options };
      const made = dataOf(await call.run('create_index', wanted)) as ValueObject;
      return {
        json: {
          name: made.name,
          field: made.field,
          fields: made.fields,
          type: made.index_type,
          unique: made.unique,
          status: 'created',
        },
      };
    },
    { body: wantedIndex, reply: index },
  ),
  route(
    'GET',
    INDEXES,
    'list_indexes',
    async (call) => ({
      json: { indexes: dataOf(await call.run('list_indexes', place(call))) },
    }),
    { reply: z.object({ indexes: replyOf('list_indexes') }) },
  ),
  plainRoute({ method: 'GET', path: `${INDEXES}/usage`, command: 'index_usage_stats' }),
  route(
    'PUT',
    `${INDEXES}/rebuild`,
    'rebuild_indexes',
    async (call) => {
      const documents = dataOf(await call.run('rebuild_indexes', place(call)));
      return { json: { ...place(call), documents_indexed: documents, status: 'rebuilt' } };
    },
    { reply: rebuilt },
  ),
  route(
    'DELETE',
    `${INDEXES}/:name`,
    'delete_index',
    async (call) => {
      await call.run('delete_index', { ...place(call), name: call.params.name });
      return { status: 204 };
    },
    {},
  ),
];
