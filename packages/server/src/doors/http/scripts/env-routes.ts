import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type HttpCall, type Route, route } from '../route/route.ts';
import { replyOf } from '../route/route-fields.ts';

const ENV = '/_api/database/:db/env';

const changed = z.object({ status: z.string(), key: z.string() });

/** Environment variables of a database. */
export const ENV_ROUTES: readonly Route[] = [
  route('GET', ENV, 'list_env_vars', async (call) => ({ json: dataOf(await call.run('list_env_vars', place(call))) }), {
    reply: replyOf('list_env_vars'),
  }),
  route(
    'PUT',
    `${ENV}/:key`,
    'set_env_var',
    async (call) => {
      const { key } = call.params;
      await call.run('set_env_var', { ...place(call), key, value: call.body.value });
      return { json: { status: 'ok', key: key! } };
    },
    { body: z.object({ value: z.unknown() }), reply: changed },
  ),
  route(
    'DELETE',
    `${ENV}/:key`,
    'delete_env_var',
    async (call) => {
      const { key } = call.params;
      await call.run('delete_env_var', { ...place(call), key });
      return { json: { status: 'deleted', key: key! } };
    },
    { reply: changed },
  ),
];

function place({ params }: HttpCall): { readonly database: string } {
  return { database: params.db! };
}
