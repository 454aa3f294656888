import { command } from '../../runner/command.ts';
import { SERVER_VERSION } from '../../version.ts';

export const serverStatus = command('server_status', (_fields, { engine }) => {
  const memory = process.memoryUsage();
  return {
    status: 'ok',
    data: {
      version: SERVER_VERSION,
      uptime_s: Math.floor(process.uptime()),
      databases: engine.databaseNames().length,
      transactions: engine.transactions.size,
      cursors: engine.cursors.size,
      memory: { rss_bytes: memory.rss, heap_used_bytes: memory.heapUsed, external_bytes: memory.external },
    },
  };
});
