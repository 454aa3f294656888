import { command } from '../../runner/command.ts';

export const commitTransaction = command('commit_transaction', async (fields, { engine, session }) => ({
  status: 'ok',
  lsn: await engine.transactions.commit(fields.tx_id, session.user),
}));
