import type { ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type CommandFields, type HttpCall, type Route, route } from '../route/route.ts';
import { anyObject, fieldsOf, replyOf } from '../route/route-fields.ts';

const SERVICES = '/_api/database/:db/services';
const ONE = `${SERVICES}/:key`;

const created = z.object({ key: z.string(), name: z.string(), database: z.string(), created_at: z.string() });

/** Services of a database. */
export const SERVICE_ROUTES: readonly Route[] = [
  route(
    'POST',
    SERVICES,
    'create_service',
    async (call) => {
      const fields = { ...place(call), key: call.body.key, ...serviceFields(call) };
      const { key, name, database, created_at } = dataOf(await call.run('create_service', fields)) as ValueObject;
      return { json: { key, name, database, created_at } as ValueObject };
    },
    { body: fieldsOf('create_service'), reply: created },
  ),
  route(
    'GET',
    SERVICES,
    'list_services',
    async (call) => ({ json: { services: dataOf(await call.run('list_services', place(call))) } }),
    { reply: z.object({ services: replyOf('list_services') }) },
  ),
  route('GET', ONE, 'get_service', async (call) => ({ json: dataOf(await call.run('get_service', one(call))) }), {
    reply: anyObject,
  }),
  route(
    'PUT',
    ONE,
    'update_service',
    async (call) => ({ json: dataOf(await call.run('update_service', { ...one(call), ...serviceFields(call) })) }),
    { body: fieldsOf('update_service', ['key']), reply: anyObject },
  ),
  route(
    'DELETE',
    ONE,
    'delete_service',
    async (call) => {
      const { scripts_deleted } = dataOf(await call.run('delete_service', one(call))) as ValueObject;
      return { json: { deleted: true, scripts_deleted: scripts_deleted! } };
    },
    { reply: z.object({ deleted: z.boolean(), scripts_deleted: z.number() }) },
  ),
  route(
    'GET',
    `${ONE}/openapi`,
    'describe_service',
    async (call) => ({ json: dataOf(await call.run('describe_service', one(call))) }),
    { reply: anyObject },
  ),
];

function place({ params }: HttpCall): { readonly database: string } {
  return { database: params.db! };
}

function one(call: HttpCall): CommandFields {
  return { ...place(call), key: call.params.key };
}

function serviceFields({ body }: HttpCall): CommandFields {
  const { name, description, version, enabled, require_auth, cors } = body;
  return { name, description, version, enabled, require_auth, cors };
}
