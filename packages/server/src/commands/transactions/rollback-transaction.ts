import { command } from '../../runner/command.ts';

export const rollbackTransaction = command('rollback_transaction', async (fields, { engine, session }) => {
  await engine.transactions.rollback(fields.tx_id, session.user);
  return { status: 'ok' };
});
