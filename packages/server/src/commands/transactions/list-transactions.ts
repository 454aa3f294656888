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
    idle_ms: open.busy === undefined ? Math.round(engine.host.monotonicMs() - open.lastUsedMs) : 0,
    lsn: open.transaction.lsn,
    writes: open.transaction.writes,
    memory_bytes: open.transaction.memoryBytes,
  }));
  return { status: 'ok', data };
});
