import { command } from '../../runner/command.ts';

export const beginTransaction = command('begin_transaction', (fields, { engine, session }) => {
  const { id } = engine.transactions.begin(session.user, engine.database(fields.database), fields.isolation_level);
  return { status: 'ok', data: id, txId: id };
});
