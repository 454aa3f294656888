import { dataOf } from '../reply-value.ts';
import { type Route, route } from '../route.ts';

/** Databases as a whole. */
export const DATABASE_ROUTES: readonly Route[] = [
  route('GET', '/_api/databases', 'list_databases', async ({ run }) => ({
    json: { databases: dataOf(await run('list_databases', {})) },
  })),
  route('POST', '/_api/database', 'create_database', async ({ body, run }) => {
    const { name, durability } = body;
    await run('create_database', { name, durability });
    return { json: { name: name!, status: 'created' } };
  }),
  route('DELETE', '/_api/database/:db', 'delete_database', async ({ params, run }) => {
    await run('delete_database', { name: params.db });
    return { status: 204 };
  }),
];
