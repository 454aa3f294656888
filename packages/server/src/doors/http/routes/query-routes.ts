import { LIMITS, type OkReply, type Value, type ValueObject } from '@cairn/protocol/internal';
import { z } from 'zod';
import { ROW_FORMATS } from '../content/answer-format.ts';
import { rowBatches, STREAM_BATCH_ROWS } from '../content/row-batches.ts';
import { dataOf, rowsIn } from '../route/reply-value.ts';
import {
  type CommandFields,
  type HttpAnswer,
  type HttpCall,
  type Route,
  type RouteDescription,
  route,
  transactionOf,
} from '../route/route.ts';
import { anyObject, fieldsOf, replyOf } from '../route/route-fields.ts';

const DATABASE = '/_api/database/:db';
/** Rows of a first answer when the request says nothing. */
const BATCH_ROWS = 1_000;
const HEADERS = ['x-transaction-id'];

const queryBody = fieldsOf('query', ['sdbql', 'profile', 'disabled_rewrites']).extend({
  query: z.string(),
  bindVars: anyObject.optional(),
  batchSize: z.number().int().min(1).max(LIMITS.cursorBatchMaxRows).optional(),
  timeout_ms: z.number().int().min(1).max(LIMITS.timeoutMaxMs).optional(),
});
const sqlBody = fieldsOf('sql', ['disabled_rewrites', 'batch_size']).extend({
  bindVars: z.union([anyObject, z.array(z.unknown())]).optional(),
  dryRun: z.boolean().optional(),
  timeout_ms: z.number().int().min(1).max(LIMITS.timeoutMaxMs).optional(),
});
const batch = z.looseObject({
  result: z.array(z.unknown()),
  count: z.number(),
  has_more: z.boolean(),
  id: z.string().optional(),
  executionTimeMs: z.number(),
  inserted: z.number(),
  updated: z.number(),
  deleted: z.number(),
});

/** What requests with a query in them are told of, in and outside of transactions. */
export const QUERYING: RouteDescription = { body: queryBody, reply: batch, formats: ROW_FORMATS };

/** Queries, cursors, explain, SQL. */
export const QUERY_ROUTES: readonly Route[] = [
  route('POST', `${DATABASE}/cursor`, 'query', runQuery, {
    ...QUERYING,
    summary: 'Runs a query: its first rows and a cursor, or all rows as lines.',
    headers: HEADERS,
  }),
  route(
    'PUT',
    '/_api/cursor/:id',
    'cursor_next',
    async ({ params, body, run }) => {
      const { batch_size = body.batchSize } = body;
      return timed(() => run('cursor_next', { cursor: params.id, batch_size }));
    },
    { body: queryBody.pick({ batch_size: true, batchSize: true }), reply: batch },
  ),
  route(
    'DELETE',
    '/_api/cursor/:id',
    'cursor_close',
    async ({ params, run }) => {
      await run('cursor_close', { cursor: params.id });
      return { status: 204 };
    },
    {},
  ),
  route(
    'POST',
    `${DATABASE}/explain`,
    'explain',
    async (call) => {
      const fields = { ...queryFields(call), ...transactionOf(call), analyze: call.body.analyze };
      return { json: dataOf(await call.run('explain', fields)) };
    },
    { body: queryBody.extend({ analyze: z.boolean().optional() }), headers: HEADERS, reply: replyOf('explain') },
  ),
  route('POST', `${DATABASE}/sql`, 'sql', runSql, {
    ...{ body: sqlBody, headers: HEADERS, formats: ROW_FORMATS },
    reply: z.looseObject({ result: z.array(z.unknown()), sdbql: z.string().nullable() }),
  }),
  route(
    'POST',
    '/_api/sql/translate',
    'translate_sql',
    async ({ body, run }) => ({ json: dataOf(await run('translate_sql', { query: body.query })) }),
    { body: fieldsOf('translate_sql'), reply: replyOf('translate_sql') },
  ),
];

async function runQuery(call: HttpCall): Promise<HttpAnswer> {
  const fields = { ...queryFields(call), ...transactionOf(call) };
  // As lines all rows come: there is no place in them for a cursor.
  if (isLines(call)) {
    const first = await call.run('query', { ...fields, batch_size: STREAM_BATCH_ROWS });
    return { rows: rowBatches(call, first) };
  }
  const { batch_size = call.body.batchSize ?? BATCH_ROWS } = call.body;
  return timed(() => call.run('query', { ...fields, batch_size, count: true }));
}

async function runSql(call: HttpCall): Promise<HttpAnswer> {
  const { dry_run = call.body.dryRun } = call.body;
  const { sdbql: query, ...fields } = queryFields(call);
  const given = { ...fields, ...transactionOf(call), query, dry_run };
  if (isLines(call)) {
    const first = await call.run('sql', { ...given, batch_size: STREAM_BATCH_ROWS });
    return { rows: rowBatches(call, first) };
  }
  const reply = await call.run('sql', given);
  return { json: { result: rowsIn(reply), sdbql: reply.extra?.sdbql ?? null, ...changesOf(reply) } };
}

function isLines({ format }: HttpCall): boolean {
  return format === 'ndjson' || format === 'csv';
}

/** What all requests with a query in them have. */
export function queryFields({ params, body }: Pick<HttpCall, 'params' | 'body'>): CommandFields {
  const { query, bind_vars = body.bindVars, timeout_ms } = body;
  return { database: params.db, sdbql: query, bind_vars, timeout_ms };
}

/** A batch of rows, and the cursor for the rest. */
export async function timed(work: () => Promise<OkReply>): Promise<HttpAnswer> {
  const startMs = performance.now();
  const reply = await work();
  const rows = rowsIn(reply);
  const json: Record<string, Value> = {
    result: rows,
    count: reply.count ?? rows.length,
    has_more: reply.hasMore === true,
  };
  if (reply.hasMore === true) json.id = reply.cursor!;
  json.cached = false;
  json.executionTimeMs = Math.round((performance.now() - startMs) * 1000) / 1000;
  const { inserted = 0, updated = 0, deleted = 0 } = changesOf(reply);
  Object.assign(json, { inserted, updated, deleted });
  if (reply.warnings !== undefined) json.warnings = [...reply.warnings];
  return { json };
}

/** How many documents a writing query changed. */
export function changesOf(reply: OkReply): ValueObject {
  return (reply.extra?.changes as ValueObject | undefined) ?? {};
}
