import type { Client } from '@cairn/client';
import { aboutWord, format } from '@cairn/query/internal';
import { CommandError } from '../command-error.ts';
import { jsonText } from '../output/json-text.ts';
import { ROW_FORMATS, type RowFormat } from '../output/row-writer.ts';
import { SDBQL, SQL } from './dialect.ts';
import { planText } from './plan-text.ts';
import type { ShellSettings } from './shell-settings.ts';
import { withoutSemicolon } from './statement-text.ts';

export interface DotContext {
  readonly client: Client;
  readonly settings: ShellSettings;
  /** The last statement that was run; empty before the first. */
  readonly lastStatement: string;
  print(text: string): void;
  /** Prints a statement, in colours where there are any. */
  printStatement(text: string): void;
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
  {
    name: '.help',
    usage: '.help [word]',
    summary: 'show this, or what a function or keyword does',
    run: (word, { print }) => print(word === '' ? helpText() : wordText(word)),
  },
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
    name: '.explain',
    usage: '.explain [statement]',
    summary: 'how a statement, or the last one, would run',
    run: explain,
  },
  {
    name: '.format',
    usage: `.format [${ROW_FORMATS.join('|')}]`,
    summary: 'how rows are shown; .format and a statement lays that out neatly',
    run(argument, { settings, print, printStatement }) {
      if (argument === '') return print(settings.format);
      if ((ROW_FORMATS as readonly string[]).includes(argument)) {
        settings.format = argument as RowFormat;
      } else if (/\s/.test(argument) && settings.dialect === SDBQL) {
        printStatement(format(withoutSemicolon(argument)));
      } else {
        throw new CommandError(`a format is one of ${ROW_FORMATS.join(', ')}`);
      }
    },
  },
  {
    name: '.sql',
    usage: '.sql [on|off]',
    summary: 'write statements in SQL; .explain then shows the translation too',
    run(argument, { settings, print }) {
      settings.dialect = isOn(argument, settings.dialect === SQL) ? SQL : SDBQL;
      print(`statements are ${settings.dialect === SQL ? 'SQL' : 'SDBQL'}`);
    },
  },
  {
    name: '.timing',
    usage: '.timing [on|off]',
    summary: 'show how long a statement took',
    run(argument, { settings, print }) {
      settings.timing = isOn(argument, settings.timing);
      print(`timing is ${settings.timing ? 'on' : 'off'}`);
    },
  },
  { name: '.exit', usage: '.exit', summary: 'leave', run: (_argument, context) => context.exit() },
];

export async function runDotCommand(line: string, context: DotContext): Promise<void> {
  const [, name, argument] = /^\s*(\.\S*)\s*(.*?)[\s;]*$/s.exec(line)!;
  const command = DOT_COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw new CommandError(`there is no ${name}; .help shows what there is`);
  await command.run(argument, context);
}

/** Without an argument a switch changes to what it was not. */
function isOn(argument: string, was: boolean): boolean {
  if (argument === '') return !was;
  if (argument !== 'on' && argument !== 'off') throw new CommandError(`on or off, not ${argument}`);
  return argument === 'on';
}

async function explain(argument: string, { client, settings, lastStatement, print, printStatement }: DotContext) {
  const text = argument === '' ? lastStatement : argument;
  if (text === '') throw new CommandError('.explain wants a statement: none was run before');
  const database = client.database(settings.database);
  if (settings.dialect === SQL) {
    printStatement(format(await database.translateSql(text)));
    const [plan] = await database.sql<Record<string, never>>(`EXPLAIN ${text}`);
    return print(planText(plan!));
  }
  print(planText(await database.explain(text)));
}

function wordText(word: string): string {
  const found = aboutWord(word);
  if (found.length === 0) throw new CommandError(`there is no function or keyword ${word}`);
  return found
    .map(({ title, summary, examples = [] }) => {
      const calls = examples.map(({ expression, result }) => `  ${expression} is ${jsonText(result)}`);
      return [title, `  ${summary}`, ...calls].join('\n');
    })
    .join('\n\n');
}

function helpText(): string {
  const width = Math.max(...DOT_COMMANDS.map(({ usage }) => usage.length));
  const commands = DOT_COMMANDS.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`);
  return [
    'A statement runs at its end: as soon as it is whole, at a semicolon, or at an empty line.',
    'Tab completes what may follow: keywords, functions, collections, attributes, variables.',
    'Ctrl-C stops a statement, Ctrl-D leaves.',
    ...commands,
  ].join('\n');
}
