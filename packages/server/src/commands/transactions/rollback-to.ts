import { command } from '../../runner/command.ts';

export const rollbackTo = command('rollback_to', async (fields, { engine, session }) => {
  await engine.transactions.use(fields.tx_id, session.user, (open) => open.transaction.rollbackTo(fields.name));
  return { status: 'ok' };
});
