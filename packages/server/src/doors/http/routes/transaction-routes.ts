import { CairnError } from '@cairn/protocol/internal';
import { z } from 'zod';
import { dataOf, rowsIn } from '../route/reply-value.ts';
import { type CommandFields, type HttpAnswer, type HttpCall, type Route, route } from '../route/route.ts';
import { replyOf } from '../route/route-fields.ts';
import { CHANGING, changeDocument, INSERTING, insertDocuments, REMOVING, removeDocument } from './document-routes.ts';
import { changesOf, QUERYING, queryFields } from './query-routes.ts';

const TRANSACTION = '/_api/database/:db/transaction';
const ONE = `${TRANSACTION}/:id`;

/** Names of isolation levels as this interface answers them. */
const LEVELS: ReadonlyMap<string, string> = new Map([
  ['read_uncommitted', 'ReadUncommitted'],
  ['read_committed', 'ReadCommitted'],
  ['repeatable_read', 'RepeatableRead'],
  ['serializable', 'Serializable'],
]);

const level = z.string().meta({ enum: [...LEVELS.keys()] });
/** How a transaction is begun. */
export const beginning = z.object({ isolationLevel: level.optional(), isolation_level: level.optional() });
export const begun = z.object({ id: z.string(), isolationLevel: z.string().nullable(), status: z.string() });
export const ended = z.object({ id: z.string(), status: z.string() });
const answered = z.looseObject({ result: z.array(z.unknown()) });

const SAVEPOINT_WORDS = { savepoint: 'set', rollback_to: 'rollback', release: 'release' } as const;
const SAVEPOINT_STATUSES = { savepoint: 'set', rollback_to: 'rolled_back', release: 'released' } as const;

/** Transactions by id. Every route on documents and queries takes the id as X-Transaction-ID too. */
export const TRANSACTION_ROUTES: readonly Route[] = [
  route(
    'POST',
    `${TRANSACTION}/begin`,
    'begin_transaction',
    async ({ params, body, run }) => {
      return { json: await beginTransaction(params.db!, body, run) };
    },
    { body: beginning, reply: begun },
  ),
  route(
    'POST',
    `${ONE}/commit`,
    'commit_transaction',
    async (call) => {
      await call.run('commit_transaction', id(call));
      return { json: { id: id(call).tx_id, status: 'committed' } };
    },
    { reply: ended },
  ),
  route(
    'POST',
    `${ONE}/rollback`,
    'rollback_transaction',
    async (call) => {
      await call.run('rollback_transaction', id(call));
      return { json: { id: id(call).tx_id, status: 'aborted' } };
    },
    { reply: ended },
  ),
  ...(['savepoint', 'rollback_to', 'release'] as const).map((command) =>
    route(
      'POST',
      `${ONE}/savepoint/:name/${SAVEPOINT_WORDS[command]}`,
      command,
      async (call) => {
        await call.run(command, { ...id(call), name: call.params.name });
        return { json: { ...named(call), status: SAVEPOINT_STATUSES[command] } };
      },
      { reply: z.object({ id: z.string(), name: z.string(), status: z.string() }) },
    ),
  ),
  route('POST', `${ONE}/document/:collection`, 'insert', (call) => insertDocuments(call, place(call)), INSERTING),
  route('PUT', `${ONE}/document/:collection/:key`, 'update', (call) => changeDocument(call, place(call)), CHANGING),
  route('DELETE', `${ONE}/document/:collection/:key`, 'delete', (call) => removeDocument(call, place(call)), REMOVING),
  route(
    'POST',
    `${ONE}/query`,
    'query',
    async (call): Promise<HttpAnswer> => {
      const reply = await call.run('query', { ...queryFields(call), ...id(call) });
      const changes = changesOf(reply);
      const count = Object.values(changes).reduce<number>((sum, each) => sum + Number(each), 0);
      if (count === 0) return { json: { result: rowsIn(reply) } };
      const message = `${count} operation(s) staged in transaction. Commit to apply changes.`;
      return { json: { result: rowsIn(reply), mutationCount: count, message } };
    },
    { body: QUERYING.body!, reply: answered },
  ),
  route(
    'GET',
    '/_api/transactions',
    'list_transactions',
    async ({ run }) => ({
      json: { transactions: dataOf(await run('list_transactions', {})) },
    }),
    { reply: z.object({ transactions: replyOf('list_transactions') }) },
  ),
  route(
    'DELETE',
    '/_api/transactions/:id',
    'kill_transaction',
    async (call) => {
      await call.run('kill_transaction', id(call));
      return { status: 204 };
    },
    {},
  ),
];

/** Begins a transaction as the body says. @throws CairnError `invalid_argument` for a level that there is not */
export async function beginTransaction(
  database: string,
  body: HttpCall['body'],
  run: HttpCall['run'],
): Promise<{ readonly id: string; readonly isolationLevel: string; readonly status: string }> {
  const { isolationLevel, isolation_level: level = isolationLevel ?? 'read_committed' } = body;
  const shown = LEVELS.get(String(level));
  if (shown === undefined) throw new CairnError('invalid_argument', `Unknown isolation level '${String(level)}'`);
  const { txId } = await run('begin_transaction', { database, isolation_level: level });
  return { id: txId!, isolationLevel: shown, status: 'active' };
}

function id({ params }: HttpCall): { readonly tx_id: string } {
  const given = params.id!;
  return { tx_id: given.startsWith('tx:') ? given : `tx:${given}` };
}

function named(call: HttpCall): { readonly id: string; readonly name: string } {
  return { id: id(call).tx_id, name: call.params.name! };
}

function place(call: HttpCall): CommandFields {
  return { database: call.params.db, collection: call.params.collection, ...id(call) };
}
