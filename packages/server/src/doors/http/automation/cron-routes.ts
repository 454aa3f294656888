import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type CommandFields, type HttpCall, type Route, route } from '../route/route.ts';
import { anyObject, fieldsOf, replyOf, wholeNumber } from '../route/route-fields.ts';

const CRON = '/_api/database/:db/cron';
const ONE = `${CRON}/:id`;

/** Clients know its members by several names; the command says which one is missing. */
const cronJob = fieldsOf('update_cron_job', ['cron_id']).loose();

/** Scripts that run by a schedule. */
export const CRON_ROUTES: readonly Route[] = [
  route(
    'GET',
    CRON,
    'list_cron_jobs',
    async (call) => ({ json: dataOf(await call.run('list_cron_jobs', place(call))) }),
    {
      reply: replyOf('list_cron_jobs'),
    },
  ),
  route(
    'POST',
    CRON,
    'create_cron_job',
    async (call) => ({ json: dataOf(await call.run('create_cron_job', { ...call.body, ...place(call) })) }),
    { body: cronJob, reply: anyObject },
  ),
  route('GET', ONE, 'get_cron_job', async (call) => ({ json: dataOf(await call.run('get_cron_job', one(call))) }), {
    reply: anyObject,
  }),
  route(
    'PUT',
    ONE,
    'update_cron_job',
    async (call) => ({ json: dataOf(await call.run('update_cron_job', { ...call.body, ...one(call) })) }),
    { body: cronJob, reply: anyObject },
  ),
  route(
    'DELETE',
    ONE,
    'delete_cron_job',
    async (call) => {
      await call.run('delete_cron_job', one(call));
      return { json: { success: true } };
    },
    { reply: z.object({ success: z.boolean() }) },
  ),
  route(
    'POST',
    `${ONE}/toggle`,
    'toggle_cron_job',
    async (call) => ({
      json: dataOf(await call.run('toggle_cron_job', { ...one(call), enabled: call.body.enabled })),
    }),
    { body: z.object({ enabled: z.boolean().optional() }).optional(), reply: anyObject },
  ),
  route(
    'POST',
    `${ONE}/run`,
    'run_cron_job',
    async (call) => ({ json: dataOf(await call.run('run_cron_job', one(call))) }),
    { reply: anyObject },
  ),
  route(
    'GET',
    `${ONE}/runs`,
    'list_cron_runs',
    async (call) => ({ json: { jobs: dataOf(await call.run('list_cron_runs', { ...one(call), ...limitOf(call) })) } }),
    { query: z.object({ limit: wholeNumber.optional() }), reply: z.object({ jobs: replyOf('list_cron_runs') }) },
  ),
  route(
    'GET',
    `${ONE}/next`,
    'next_cron_runs',
    async (call) => {
      const { count } = call.query;
      const wanted = { ...one(call), count: count === undefined ? undefined : Number(count) };
      return { json: { next: dataOf(await call.run('next_cron_runs', wanted)) } };
    },
    { query: z.object({ count: wholeNumber.optional() }), reply: z.object({ next: replyOf('next_cron_runs') }) },
  ),
];

function place({ params }: HttpCall): CommandFields {
  return { database: params.db };
}

function one({ params }: HttpCall): CommandFields {
  return { database: params.db, cron_id: params.id };
}

function limitOf({ query }: HttpCall): CommandFields {
  return { limit: query.limit === undefined ? undefined : Number(query.limit) };
}
