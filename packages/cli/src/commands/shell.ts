import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { ShellCommandOptions } from '../shell/run-shell.ts';
import { withConnection } from './connection-options.ts';

export function shellCommand(context: CommandContext): Command {
  const command = new Command('shell')
    .description('ask queries one after another')
    .argument('[database]', 'database to begin with', '_system')
    .option('--history <file>', 'history of statements (or CAIRN_HISTORY; default ~/.cairn_history)');
  return withConnection(command).action(async (database: string, options: ShellCommandOptions) => {
    const { runShell } = await import('../shell/run-shell.ts');
    await runShell({ database, ...options }, context);
  });
}
