import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type HttpAnswer, type HttpCall, type Route, type RouteDescription, route } from '../route/route.ts';
import { fieldsOf } from '../route/route-fields.ts';

export const WANTED_DATABASE: RouteDescription = {
  body: fieldsOf('create_database'),
  reply: z.object({ name: z.string(), status: z.string() }),
};

/** Databases as a whole. */
export const DATABASE_ROUTES: readonly Route[] = [
  route(
    'GET',
    '/_api/databases',
    'list_databases',
    async ({ run }) => ({
      json: { databases: dataOf(await run('list_databases', {})) },
    }),
    { reply: z.object({ databases: z.array(z.string()) }) },
  ),
  route('POST', '/_api/database', 'create_database', createDatabase, WANTED_DATABASE),
  route(
    'DELETE',
    '/_api/database/:db',
    'delete_database',
    async ({ params, run }) => {
      await run('delete_database', { name: params.db });
      return { status: 204 };
    },
    {},
  ),
];

export async function createDatabase({ body, run }: HttpCall): Promise<HttpAnswer> {
  const { name, durability } = body;
  await run('create_database', { name, durability });
  return { json: { name: name!, status: 'created' } };
}
