import type { Value } from '@cairn/protocol/internal';
import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type CommandFields, type HttpAnswer, type HttpCall, type Route, route } from '../route/route.ts';
import { anyObject, fieldsOf, replyOf, wholeNumber } from '../route/route-fields.ts';

const TRIGGERS = '/_api/database/:db/triggers';
const ONE = `${TRIGGERS}/:id`;

const list = z.object({ triggers: replyOf('list_triggers'), total: z.number() });
/** Clients know its members by several names; the command says which one is missing. */
const trigger = fieldsOf('update_trigger', ['trigger_id']).loose();

/** Scripts that changes of documents set off. */
export const TRIGGER_ROUTES: readonly Route[] = [
  route(
    'GET',
    TRIGGERS,
    'list_triggers',
    async (call) => listed(dataOf(await call.run('list_triggers', place(call)))),
    {
      reply: list,
    },
  ),
  route(
    'GET',
    '/_api/database/:db/collections/:collection/triggers',
    'list_collection_triggers',
    async (call) => {
      const where = { ...place(call), collection: call.params.collection };
      return listed(dataOf(await call.run('list_collection_triggers', where)));
    },
    { reply: list },
  ),
  route(
    'POST',
    TRIGGERS,
    'create_trigger',
    async (call) => ({ json: dataOf(await call.run('create_trigger', { ...call.body, ...place(call) })) }),
    { body: trigger, reply: anyObject },
  ),
  route('GET', ONE, 'get_trigger', async (call) => ({ json: dataOf(await call.run('get_trigger', one(call))) }), {
    reply: anyObject,
  }),
  route(
    'PUT',
    ONE,
    'update_trigger',
    async (call) => ({ json: dataOf(await call.run('update_trigger', { ...call.body, ...one(call) })) }),
    { body: trigger, reply: anyObject },
  ),
  route(
    'DELETE',
    ONE,
    'delete_trigger',
    async (call) => {
      await call.run('delete_trigger', one(call));
      return { json: { success: true } };
    },
    { reply: z.object({ success: z.boolean() }) },
  ),
  route(
    'POST',
    `${ONE}/toggle`,
    'toggle_trigger',
    async (call) => ({ json: dataOf(await call.run('toggle_trigger', { ...one(call), enabled: call.body.enabled })) }),
    { body: z.object({ enabled: z.boolean().optional() }).optional(), reply: anyObject },
  ),
  route(
    'GET',
    `${ONE}/runs`,
    'list_trigger_runs',
    async (call) => {
      const { limit } = call.query;
      const wanted = { ...one(call), limit: limit === undefined ? undefined : Number(limit) };
      return { json: dataOf(await call.run('list_trigger_runs', wanted)) };
    },
    { query: z.object({ limit: wholeNumber.optional() }), reply: replyOf('list_trigger_runs') },
  ),
  route(
    'POST',
    `${ONE}/retry`,
    'retry_trigger_failures',
    async (call) => ({ json: dataOf(await call.run('retry_trigger_failures', { ...one(call), ...call.body })) }),
    { body: fieldsOf('retry_trigger_failures', ['trigger_id']).optional(), reply: replyOf('retry_trigger_failures') },
  ),
];

function listed(triggers: Value): HttpAnswer {
  return { json: { triggers, total: (triggers as Value[]).length } };
}

function place({ params }: HttpCall): CommandFields {
  return { database: params.db };
}

function one({ params }: HttpCall): CommandFields {
  return { database: params.db, trigger_id: params.id };
}
