import { Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { ReplOptions } from '../repl/run-repl.ts';
import { withConnection } from './connection-options.ts';

export function replCommand(context: CommandContext): Command {
  const command = new Command('repl')
    .description("run pieces of script in the server's sandbox")
    .argument('<database>', 'database that the scripts see')
    .addOption(
      new Option('-l, --language <language>', 'language of what is typed')
        .choices(['lua', 'javascript'])
        .default('lua'),
    );
  return withConnection(command).action(async (database: string, options: Omit<ReplOptions, 'database'>) => {
    const { runRepl } = await import('../repl/run-repl.ts');
    await runRepl({ database, ...options }, context);
  });
}
