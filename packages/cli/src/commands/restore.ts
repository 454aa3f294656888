import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { RestoreCommandOptions } from '../dump/run-restore.ts';
import { withConnection } from './connection-options.ts';

export function restoreCommand(context: CommandContext): Command {
  const command = new Command('restore')
    .description('make a database from a dump')
    .argument('<file>', 'dump, or - for standard input')
    .argument('[database]', 'name of the new database (default: the one that the dump names)')
    .option('--into-existing', 'restore into a database that is there already; its collections must not be')
    .option('--resume', 'go on with a restore that was stopped: what is there already stays')
    .option('-q, --quiet', 'no progress');
  return withConnection(command).action(
    async (file: string, database: string | undefined, options: RestoreCommandOptions) => {
      const { runRestore } = await import('../dump/run-restore.ts');
      await runRestore({ file, database, ...options }, context.interrupt.signal);
    },
  );
}
