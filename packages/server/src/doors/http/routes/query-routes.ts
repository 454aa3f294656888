import type { OkReply, Value, ValueObject } from '@cairn/protocol/internal';
import { dataOf, rowsIn } from '../reply-value.ts';
import { type CommandFields, type HttpAnswer, type HttpCall, type Route, route, transactionOf } from '../route.ts';

const DATABASE = '/_api/database/:db';
/** Rows of a first answer when the request says nothing. */
const BATCH_ROWS = 1_000;

/** Queries, cursors, explain, SQL. */
export const QUERY_ROUTES: readonly Route[] = [
  route('POST', `${DATABASE}/cursor`, 'query', async (call) => {
    const { batch_size = call.body.batchSize ?? BATCH_ROWS } = call.body;
    return timed(() => call.run('query', { ...queryFields(call), ...transactionOf(call), batch_size }));
  }),
  route('PUT', '/_api/cursor/:id', 'cursor_next', async ({ params, body, run }) => {
    const { batch_size = body.batchSize ?? BATCH_ROWS } = body;
    return timed(() => run('cursor_next', { cursor: params.id, batch_size }));
  }),
  route('DELETE', '/_api/cursor/:id', 'cursor_close', async ({ params, run }) => {
    await run('cursor_close', { cursor: params.id });
    return { status: 204 };
  }),
  route('POST', `${DATABASE}/explain`, 'explain', async (call) => ({
    json: dataOf(
      await call.run('explain', { ...queryFields(call), ...transactionOf(call), analyze: call.body.analyze }),
    ),
  })),
  route('POST', `${DATABASE}/sql`, 'sql', async (call) => {
    const { dry_run = call.body.dryRun } = call.body;
    const { sdbql: query, ...fields } = queryFields(call);
    const reply = await call.run('sql', { ...fields, ...transactionOf(call), query, dry_run });
    return { json: { result: rowsIn(reply), sdbql: reply.extra?.sdbql ?? null, ...changesOf(reply) } };
  }),
  route('POST', '/_api/sql/translate', 'translate_sql', async ({ body, run }) => ({
    json: dataOf(await run('translate_sql', { query: body.query })),
  })),
];

/** What all requests with a query in them have. */
export function queryFields({ params, body }: HttpCall): CommandFields {
  const { query, bind_vars = body.bindVars, timeout_ms } = body;
  return { database: params.db, sdbql: query, bind_vars, timeout_ms };
}

/** A batch of rows, and the cursor for the rest. */
async function timed(work: () => Promise<OkReply>): Promise<HttpAnswer> {
  const startMs = performance.now();
  const reply = await work();
  const rows = rowsIn(reply);
  const json: Record<string, Value> = { result: rows, count: rows.length, has_more: reply.hasMore === true };
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
