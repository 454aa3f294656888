import { command } from '../../runner/command.ts';
import { acknowledged } from '../acknowledged.ts';

export const commitTransaction = command('commit_transaction', async (fields, { engine, session }) => {
  const { lsn, database } = await engine.transactions.commit(fields.tx_id, session.user, {
    depth: session.depth,
  });
  return acknowledged({ status: 'ok', lsn }, database);
});
