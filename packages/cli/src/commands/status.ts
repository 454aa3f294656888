import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { withConnection } from './connection-options.ts';

export function statusCommand(context: CommandContext): Command {
  const command = new Command('status')
    .description('show whether a server answers, and what it holds')
    .option('--json', 'as JSON');
  return withConnection(command).action(async (options: ConnectionOptions & { json?: boolean }) => {
    const { runStatus } = await import('../status/run-status.ts');
    await runStatus(options, context.interrupt.signal);
  });
}
