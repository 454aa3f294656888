import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { DumpCommandOptions } from '../dump/run-dump.ts';
import { withConnection } from './connection-options.ts';

export function dumpCommand(context: CommandContext): Command {
  const command = new Command('dump')
    .description('write a database with its collections, indexes and documents to one file')
    .argument('<database>', 'database to read')
    .argument('[file]', 'where to; without it or with -, standard output', '-')
    .option('-q, --quiet', 'no progress');
  return withConnection(command).action(async (database: string, file: string, options: DumpCommandOptions) => {
    const { runDump } = await import('../dump/run-dump.ts');
    await runDump({ database, file, ...options }, context.interrupt.signal);
  });
}
