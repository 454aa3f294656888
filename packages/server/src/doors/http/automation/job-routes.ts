import type { ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import { dataOf } from '../route/reply-value.ts';
import { type CommandFields, type HttpCall, type Route, route, transactionOf } from '../route/route.ts';
import { anyObject, fieldsOf, replyOf, wholeNumber } from '../route/route-fields.ts';

const QUEUES = '/_api/database/:db/queues';
const QUEUE = `${QUEUES}/:queue`;
const JOB = `${QUEUES}/jobs/:id`;

const succeeded = z.object({ success: z.boolean() });
const page = z.object({ status: z.string().optional(), limit: wholeNumber.optional(), offset: wholeNumber.optional() });
/** Clients know a script's path by several names; the command says which one is missing. */
const job = fieldsOf('enqueue_job', ['queue_name']).partial().loose();

/** Queues and their jobs. */
export const JOB_ROUTES: readonly Route[] = [
  route(
    'GET',
    QUEUES,
    'list_queues',
    async (call) => ({ json: dataOf(await call.run('list_queues', { ...place(call), details: true })) }),
    {
      reply: replyOf('list_queues'),
    },
  ),
  route(
    'PUT',
    QUEUE,
    'configure_queue',
    async (call) => ({ json: dataOf(await call.run('configure_queue', { ...call.body, ...queue(call) })) }),
    { body: fieldsOf('configure_queue', ['queue_name']), reply: replyOf('configure_queue') },
  ),
  route(
    'GET',
    `${QUEUE}/jobs`,
    'list_jobs',
    async (call) => {
      const { status, limit, offset } = call.query;
      const wanted = { ...queue(call), status, limit: numberOf(limit), offset: numberOf(offset) };
      const reply = await call.run('list_jobs', wanted);
      return { json: { jobs: dataOf(reply), total: reply.count ?? 0 } };
    },
    { query: page, reply: z.object({ jobs: replyOf('list_jobs'), total: z.number() }) },
  ),
  route(
    'DELETE',
    `${QUEUE}/jobs`,
    'purge_jobs',
    async (call) => ({ json: dataOf(await call.run('purge_jobs', { ...queue(call), status: call.query.status })) }),
    {
      query: z.object({ status: z.enum(['completed', 'failed', 'cancelled']) }),
      reply: replyOf('purge_jobs'),
    },
  ),
  route(
    'POST',
    `${QUEUE}/enqueue`,
    'enqueue_job',
    async (call) => {
      const fields = { ...call.body, ...queue(call), ...transactionOf(call) };
      const made = dataOf(await call.run('enqueue_job', fields)) as ValueObject;
      return { json: { job_id: made._key! } };
    },
    { body: job, headers: ['x-transaction-id'], reply: z.object({ job_id: z.string() }) },
  ),
  route('GET', JOB, 'get_job', async (call) => ({ json: dataOf(await call.run('get_job', one(call))) }), {
    reply: anyObject,
  }),
  route(
    'POST',
    `${JOB}/retry`,
    'retry_job',
    async (call) => ({ json: dataOf(await call.run('retry_job', one(call))) }),
    { reply: anyObject },
  ),
  route(
    'DELETE',
    JOB,
    'cancel_job',
    async (call) => {
      await call.run('cancel_job', one(call));
      return { json: { success: true } };
    },
    { reply: succeeded },
  ),
];

function place({ params }: HttpCall): CommandFields {
  return { database: params.db };
}

function queue({ params }: HttpCall): CommandFields {
  return { database: params.db, queue_name: params.queue };
}

function one({ params }: HttpCall): CommandFields {
  return { database: params.db, job_id: params.id };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
