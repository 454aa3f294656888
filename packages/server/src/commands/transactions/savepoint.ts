import { command } from '../../runner/command.ts';

export const savepoint = command('savepoint', async (fields, { engine, session }) => {
  await engine.transactions.use(fields.tx_id, session.user, (open) => open.transaction.savepoint(fields.name));
  return { status: 'ok' };
});
