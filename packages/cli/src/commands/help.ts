import { Command } from 'commander';
import { UsageError } from '../command-error.ts';

/** `cairn help`, `cairn help query`, `cairn help scripts push`: commander's own knows the first word alone. */
export function helpCommand(): Command {
  return new Command('help')
    .description('show what a command does, and its options')
    .argument('[command...]', 'a command, with its own command where it has some')
    .action((names: readonly string[], _options: unknown, help: Command) => {
      let command = help.parent!;
      for (const [index, name] of names.entries()) {
        const found = command.commands.find((one) => one.name() === name);
        if (found === undefined) throw new UsageError(`there is no command ${names.slice(0, index + 1).join(' ')}`);
        command = found;
      }
      command.outputHelp();
    });
}
