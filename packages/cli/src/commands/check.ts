import { Command } from 'commander';
import type { CheckOptions } from '../check/run-check.ts';
import type { CommandContext } from '../command-context.ts';
import { withConnection } from './connection-options.ts';

export function checkCommand(context: CommandContext): Command {
  const command = new Command('check')
    .description('compare all that is stored with itself: checksums, documents, indexes, counters, the change log')
    .argument('[database]', 'database to check; without it, and with --data-dir, all of them');
  return withOptions(command, context, false);
}

export function repairCommand(context: CommandContext): Command {
  const command = new Command('repair')
    .description('check, and build anew the indexes and counters that do not fit their documents')
    .argument('[database]', 'database to repair; without it, and with --data-dir, all of them');
  return withOptions(command, context, true);
}

function withOptions(command: Command, context: CommandContext, repair: boolean): Command {
  return withConnection(command)
    .option('--data-dir <folder>', 'a data folder that no server has open, instead of a server')
    .action(async (database: string | undefined, options: CheckOptions) => {
      const { runCheck } = await import('../check/run-check.ts');
      context.exitCode = await runCheck(database, { ...options, repair });
    });
}
