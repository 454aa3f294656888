import type { ValueObject } from '@cairn/protocol/internal';
import { dataOf } from '../reply-value.ts';
import { type HttpCall, type Route, route } from '../route.ts';

const INDEXES = '/_api/database/:db/index/:collection';

function place({ params }: HttpCall): { database: string; collection: string } {
  return { database: params.db!, collection: params.collection! };
}

/** Indexes of a collection. */
export const INDEX_ROUTES: readonly Route[] = [
  route('POST', INDEXES, 'create_index', async (call) => {
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
  }),
  route('GET', INDEXES, 'list_indexes', async (call) => ({
    json: { indexes: dataOf(await call.run('list_indexes', place(call))) },
  })),
  route('PUT', `${INDEXES}/rebuild`, 'rebuild_indexes', async (call) => {
    const documents = dataOf(await call.run('rebuild_indexes', place(call)));
    return { json: { ...place(call), documents_indexed: documents, status: 'rebuilt' } };
  }),
  route('DELETE', `${INDEXES}/:name`, 'delete_index', async (call) => {
    await call.run('delete_index', { ...place(call), name: call.params.name });
    return { status: 204 };
  }),
];
