import type { Client } from '@cairn/client';
import { CommandError } from '../command-error.ts';
import { ROW_FORMATS, type RowFormat } from '../output/row-writer.ts';
import type { ShellSettings } from './shell-settings.ts';

export interface DotContext {
  readonly client: Client;
  readonly settings: ShellSettings;
  print(text: string): void;
  exit(): void;
}

interface DotCommand {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  run(argument: string, context: DotContext): Promise<void> | void;
}

/** The commands of the shell that are no queries. */
export const DOT_COMMANDS: readonly DotCommand[] = [
  { name: '.help', usage: '.help', summary: 'show this', run: (_argument, context) => context.print(helpText()) },
  {
    name: '.use',
    usage: '.use [database]',
    summary: 'go to a database; without a name, list them',
    async run(name, { client, settings, print }) {
      const databases = await client.databases.list();
      if (name === '') return print(databases.join('\n'));
      if (!databases.includes(name)) throw new CommandError(`there is no database ${name}`);
      settings.database = name;
    },
  },
  {
    name: '.collections',
    usage: '.collections',
    summary: 'list the collections of this database',
    async run(_argument, { client, settings, print }) {
      print((await client.database(settings.database).collections.list()).join('\n') || '(none)');
    },
  },
  {
    name: '.format',
    usage: `.format [${ROW_FORMATS.join('|')}]`,
    summary: 'how rows are shown',
    run(name, { settings, print }) {
      if (name === '') return print(settings.format);
      if (!(ROW_FORMATS as readonly string[]).includes(name)) {
        throw new CommandError(`a format is one of ${ROW_FORMATS.join(', ')}`);
      }
      settings.format = name as RowFormat;
    },
  },
  {
    name: '.timing',
    usage: '.timing [on|off]',
    summary: 'show how long a statement took',
    run(argument, { settings, print }) {
      settings.timing = argument === '' ? !settings.timing : argument === 'on';
      print(`timing is ${settings.timing ? 'on' : 'off'}`);
    },
  },
  { name: '.exit', usage: '.exit', summary: 'leave', run: (_argument, context) => context.exit() },
];

export async function runDotCommand(line: string, context: DotContext): Promise<void> {
  const [, name, argument] = /^\s*(\.\S*)\s*(.*?)[\s;]*$/.exec(line)!;
  const command = DOT_COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw new CommandError(`there is no ${name}; .help shows what there is`);
  await command.run(argument, context);
}

function helpText(): string {
  const width = Math.max(...DOT_COMMANDS.map(({ usage }) => usage.length));
  const commands = DOT_COMMANDS.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`);
  return [
    'A statement runs at its end: as soon as it is whole, at a semicolon, or at an empty line.',
    'Tab completes keywords, functions and collections. Ctrl-C stops a statement, Ctrl-D leaves.',
    ...commands,
  ].join('\n');
}
