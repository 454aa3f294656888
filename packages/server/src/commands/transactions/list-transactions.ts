import { command } from '../../runner/command.ts';

export const listTransactions = command('list_transactions', (_fields, { engine, session }) => {
  const isAdmin = session.rights.allowsGlobally('admin');
  const visible = engine.transactions.list().filter((open) => isAdmin || open.user === session.user);
  const data = visible.map((open) => ({
    tx_id: open.id,
    user: open.user,
    database: open.database.name,
    isolation_level: open.isolation,
    started_at: new Date(open.startedMs).toISOString(),
    writes: open.transaction.writes,
  }));
  return { status: 'ok', data };
});
