import { Command } from 'commander';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withConnection } from './connection-options.ts';

export function statusCommand(): Command {
  const command = new Command('status')
    .description('show whether a server answers, and what it holds')
    .option('--json', 'as JSON');
  return withConnection(command).action(async (options: ConnectionOptions & { json?: boolean }) => {
    const { runStatus } = await import('../status/run-status.ts');
    await runStatus(options);
  });
}
