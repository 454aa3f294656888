import { command } from '../../runner/command.ts';

export const killTransaction = command('kill_transaction', async (fields, { engine }) => {
  await engine.transactions.kill(fields.tx_id);
  return { status: 'ok' };
});
