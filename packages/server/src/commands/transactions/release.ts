import { command } from '../../runner/command.ts';

export const releaseSavepoint = command('release', async (fields, { engine, session }) => {
  await engine.transactions.use(fields.tx_id, session.user, (open) => open.transaction.releaseSavepoint(fields.name));
  return { status: 'ok' };
});
