import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { TopOptions } from '../top/run-top.ts';
import { withConnection } from './connection-options.ts';

export function topCommand(context: CommandContext): Command {
  const command = new Command('top')
    .description('watch what a server does: rates, latencies, running requests, commits, memory')
    .option('--interval <seconds>', 'time between two looks (default 1)')
    .option('--once', 'show one view and end')
    .option('--json', 'a line of JSON for each view')
    .option('--kill <id>', 'stop the running request of this id and end');
  return withConnection(command).action(async (options: TopOptions) => {
    const { runTop } = await import('../top/run-top.ts');
    await runTop(options, context.interrupt.signal);
  });
}
