import { rowsIn } from '../reply-value.ts';
import { type CommandFields, type HttpAnswer, type HttpCall, type Route, route } from '../route.ts';
import { changeDocument, insertDocuments, removeDocument } from './document-routes.ts';
import { changesOf, queryFields } from './query-routes.ts';

const TRANSACTION = '/_api/database/:db/transaction';
const ONE = `${TRANSACTION}/:id`;

/** Names of isolation levels as this interface answers them. */
const LEVELS: ReadonlyMap<string, string> = new Map([
  ['read_uncommitted', 'ReadUncommitted'],
  ['read_committed', 'ReadCommitted'],
  ['repeatable_read', 'RepeatableRead'],
  ['serializable', 'Serializable'],
]);

/** Transactions by id. Every route on documents and queries takes the id as X-Transaction-ID too. */
export const TRANSACTION_ROUTES: readonly Route[] = [
  route('POST', `${TRANSACTION}/begin`, 'begin_transaction', async ({ params, body, run }) => {
    const { isolationLevel, isolation_level = isolationLevel ?? 'read_committed' } = body;
    const { txId } = await run('begin_transaction', { database: params.db, isolation_level });
    return { json: { id: txId!, isolationLevel: LEVELS.get(String(isolation_level)) ?? null, status: 'active' } };
  }),
  route('POST', `${ONE}/commit`, 'commit_transaction', async (call) => {
    await call.run('commit_transaction', id(call));
    return { json: { id: id(call).tx_id, status: 'committed' } };
  }),
  route('POST', `${ONE}/rollback`, 'rollback_transaction', async (call) => {
    await call.run('rollback_transaction', id(call));
    return { json: { id: id(call).tx_id, status: 'aborted' } };
  }),
  route('POST', `${ONE}/document/:collection`, 'insert', (call) => insertDocuments(call, place(call))),
  route('PUT', `${ONE}/document/:collection/:key`, 'update', (call) => changeDocument(call, place(call))),
  route('DELETE', `${ONE}/document/:collection/:key`, 'delete', (call) => removeDocument(call, place(call))),
  route('POST', `${ONE}/query`, 'query', async (call): Promise<HttpAnswer> => {
    const reply = await call.run('query', { ...queryFields(call), ...id(call) });
    const changes = changesOf(reply);
    const count = Object.values(changes).reduce<number>((sum, each) => sum + Number(each), 0);
    if (count === 0) return { json: { result: rowsIn(reply) } };
    const message = `${count} operation(s) staged in transaction. Commit to apply changes.`;
    return { json: { result: rowsIn(reply), mutationCount: count, message } };
  }),
];

function id({ params }: HttpCall): { readonly tx_id: string } {
  const given = params.id!;
  return { tx_id: given.startsWith('tx:') ? given : `tx:${given}` };
}

function place(call: HttpCall): CommandFields {
  return { database: call.params.db, collection: call.params.collection, ...id(call) };
}
