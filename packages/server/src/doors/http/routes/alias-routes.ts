import { z } from 'zod';
import { type HttpCall, type Route, route } from '../route/route.ts';
import { createDatabase, WANTED_DATABASE } from './database-routes.ts';
import { DOCUMENT_PAGE, listDocuments, REMOVING, removeDocument } from './document-routes.ts';
import { QUERYING, queryFields, timed } from './query-routes.ts';
import { beginning, beginTransaction, begun, ended } from './transaction-routes.ts';

const COLLECTION = '/_api/database/:db/collection/:name';
const database = z.string();
const query = z.object({
  database,
  sdbql: z.string().optional(),
  query: z.string().optional(),
  bind_vars: z.record(z.string(), z.unknown()).optional(),
});
const named = z.object({ tx_id: z.string().optional(), id: z.string().optional() });

/**
 * Places under which one of the older clients looks for what has a place of its own. It takes no answer without a body for a
 * success.
 */
export const ALIAS_ROUTES: readonly Route[] = [
  route('POST', '/_api/databases', 'create_database', createDatabase, WANTED_DATABASE),
  route('GET', `${COLLECTION}/documents`, 'list', (call) => listDocuments(inCollection(call)), DOCUMENT_PAGE),
  route(
    'DELETE',
    `${COLLECTION}/document/:key`,
    'delete',
    async (call) => {
      await removeDocument(call, { database: call.params.db, collection: call.params.name });
      return { json: { deleted: true } };
    },
    { ...REMOVING, reply: z.object({ deleted: z.boolean() }) },
  ),
  route(
    'POST',
    '/_api/query',
    'query',
    ({ params, body, run }) => {
      const fields = queryFields({ params: { ...params, db: String(body.database) }, body });
      return timed(() => run('query', { ...fields, sdbql: body.sdbql ?? body.query }));
    },
    {
      summary: 'Runs a query in the database that the body names; all rows come at once.',
      body: query,
      reply: QUERYING.reply!,
    },
  ),
  route(
    'POST',
    '/_api/transaction/begin',
    'begin_transaction',
    async ({ body, run }) => {
      const json = await beginTransaction(String(body.database), body, run);
      return { json: { ...json, tx_id: json.id } };
    },
    { body: beginning.extend({ database }), reply: begun.extend({ tx_id: z.string() }) },
  ),
  ...(['commit', 'rollback'] as const).map((step) =>
    route(
      'POST',
      `/_api/transaction/${step}`,
      `${step}_transaction`,
      async ({ body, run }) => {
        const { tx_id = body.id } = body;
        await run(`${step}_transaction`, { tx_id });
        return { json: { id: String(tx_id), status: step === 'commit' ? 'committed' : 'aborted' } };
      },
      { body: named, reply: ended },
    ),
  ),
];

/** The call with the collection under the name that routes of documents have for it. */
function inCollection(call: HttpCall): HttpCall {
  return { ...call, params: { ...call.params, collection: call.params.name! } };
}
