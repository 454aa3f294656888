import { createInterface, type Interface } from 'node:readline';
import type { Client } from '@cairn/client';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { openRows } from '../connection/document-batches.ts';
import { openClient } from '../connection/open-client.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { openOutput } from '../output/output-target.ts';
import { createRowWriter } from '../output/row-writer.ts';
import { caretLines } from '../query/error-caret.ts';
import { positionOf } from '../query/query-failure.ts';
import { writeRemarks } from '../query/query-remarks.ts';
import { failureText } from '../report-failure.ts';
import { formatDuration } from '../terminal/quantities.ts';
import { terminalWidth } from '../terminal/terminal-width.ts';
import { complete } from './completion.ts';
import { SDBQL, SQL } from './dialect.ts';
import { DOT_COMMANDS, runDotCommand } from './dot-commands.ts';
import { highlighted, mayColor } from './highlight.ts';
import { ShellHistory } from './history.ts';
import { LinePainter } from './line-painter.ts';
import { ShellCatalogue } from './shell-catalogue.ts';
import type { ShellSettings } from './shell-settings.ts';
import { isComplete, scanStatement, withoutSemicolon } from './statement-text.ts';

export interface ShellCommandOptions extends ConnectionOptions {
  readonly history?: string;
}

/** Reads statements from the terminal, or from another standard input, and runs them one after another. */
export async function runShell(
  options: ShellCommandOptions & { readonly database: string },
  context: CommandContext,
): Promise<void> {
  const client = await openClient(options);
  await requireDatabase(client, options.database);
  context.interrupt.close(); // from here on Ctrl-C stops a statement, not the shell
  try {
    const failures = await new Shell(client, options).run();
    if (!process.stdin.isTTY && failures > 0) context.exitCode = EXIT_CODES.failure;
  } finally {
    await client.close();
  }
}

/** A wrong name shows at once and not at the first statement. Whoever may not list databases goes without. */
async function requireDatabase(client: Client, name: string): Promise<void> {
  const names = await client.databases.list().catch(() => undefined);
  if (names === undefined || names.includes(name)) return;
  await client.close();
  throw new CommandError(`there is no database ${name}`);
}

class Shell {
  readonly #client: Client;
  readonly #settings: ShellSettings;
  readonly #history: ShellHistory;
  readonly #lines: Interface;
  readonly #colors = mayColor(process.stdout, process.env);
  readonly #painter: LinePainter | undefined;
  #catalogue: ShellCatalogue;
  #statement = '';
  #lastStatement = '';
  #running: AbortController | undefined;
  #leaving = false;
  /** Ctrl-D may come while a statement runs: nothing can be asked for behind it. */
  #hasEnded = false;
  #failures = 0;
  #databases: readonly string[] = [];

  constructor(client: Client, options: ShellCommandOptions & { readonly database: string }) {
    this.#client = client;
    const isTerminal = process.stdin.isTTY === true;
    this.#settings = {
      database: options.database,
      format: isTerminal ? 'table' : 'json',
      timing: isTerminal,
      dialect: SDBQL,
    };
    this.#catalogue = new ShellCatalogue(client.database(options.database));
    this.#history = new ShellHistory(ShellHistory.pathOf(options.history, process.env));
    this.#lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: isTerminal,
      history: isTerminal ? this.#history.read() : [],
      historySize: 1000,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        this.#complete(line).then((result) => {
          done(null, result);
          this.#painter?.repaint();
        });
      },
    });
    if (isTerminal && this.#colors) {
      this.#painter = new LinePainter(this.#lines, {
        before: () => this.#before(),
        isTyping: () => this.#running === undefined,
        tokens: (text) => this.#settings.dialect.tokens(text),
      });
    }
    this.#lines.on('SIGINT', () => this.#interrupt());
    this.#lines.on('close', () => {
      this.#hasEnded = true;
    });
  }

  /** Runs until the input ends or somebody leaves; answers how many statements failed. */
  async run(): Promise<number> {
    await this.#refreshNames();
    if (this.#lines.terminal) this.#print('Cairn shell. .help shows what there is, .exit leaves.');
    this.#prompt();
    for await (const line of this.#lines) {
      await this.#take(line);
      if (this.#leaving) break;
      this.#prompt();
    }
    if (!scanStatement(this.#statement).empty) await this.#runStatement(this.#statement);
    this.#lines.close();
    return this.#failures;
  }

  async #take(line: string): Promise<void> {
    if (this.#statement === '' && /^\s*\./.test(line)) {
      if (this.#lines.terminal) this.#history.add(line);
      return this.#attempt(line.replace(/^\s*\.\S*\s*/, ''), () => this.#runDot(line));
    }
    this.#statement = this.#statement === '' ? line : `${this.#statement}\n${line}`;
    if (!isComplete(this.#statement, this.#settings.dialect.problem)) return;
    const statement = this.#statement;
    this.#statement = '';
    if (!scanStatement(statement).empty) await this.#runStatement(statement);
  }

  async #runDot(line: string): Promise<void> {
    await runDotCommand(line, {
      client: this.#client,
      settings: this.#settings,
      lastStatement: this.#lastStatement,
      print: (text) => this.#print(text),
      printStatement: (text) => this.#print(this.#colors ? highlighted(text, SDBQL.tokens(text)) : text),
      exit: () => {
        this.#leaving = true;
      },
    });
    await this.#refreshNames();
  }

  async #runStatement(statement: string): Promise<void> {
    this.#statement = '';
    if (this.#lines.terminal) this.#history.add(statement);
    const text = withoutSemicolon(statement);
    this.#lastStatement = text;
    await this.#attempt(text, () => this.#query(text));
  }

  async #query(text: string): Promise<void> {
    this.#running = new AbortController();
    const startedMs = performance.now();
    try {
      const output = await openOutput('-');
      const writer = createRowWriter(this.#settings.format, { widthMax: terminalWidth() });
      const { signal } = this.#running;
      const sql = this.#settings.dialect === SQL;
      const database = this.#client.database(this.#settings.database);
      const cursor = await openRows(database, text, { signal, sql });
      for await (const rows of cursor.batches()) await output.write(writer.write(rows));
      await output.write(writer.end());
      writeRemarks(cursor);
      if (this.#settings.timing) this.#print(formatDuration((performance.now() - startedMs) / 1000));
    } finally {
      this.#running = undefined;
    }
  }

  async #attempt(statement: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failures++;
      const position = positionOf(error);
      const caret = position === undefined ? [] : caretLines(statement, position.line, position.column);
      process.stderr.write([...caret, failureText(error), ''].join('\n'));
    }
  }

  /** Ctrl-C: stops what runs, else drops what was typed, else says how to leave. */
  #interrupt(): void {
    if (this.#running !== undefined) {
      this.#running.abort();
      return;
    }
    if (this.#statement === '' && this.#lines.line === '') this.#print('\n.exit or Ctrl-D leaves');
    else this.#print('');
    this.#statement = '';
    this.#lines.write(null, { ctrl: true, name: 'e' });
    this.#lines.write(null, { ctrl: true, name: 'u' });
    this.#prompt();
  }

  #prompt(): void {
    if (!this.#lines.terminal || this.#hasEnded) return;
    const { database } = this.#settings;
    this.#lines.setPrompt(this.#statement === '' ? `${database}> ` : `${' '.repeat(database.length)}… `);
    this.#lines.prompt();
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** The lines of the statement before the one being typed. */
  #before(): string {
    return this.#statement === '' ? '' : `${this.#statement}\n`;
  }

  /** Names to complete. Whoever may not list them types them. */
  async #refreshNames(): Promise<void> {
    if (!this.#lines.terminal) return;
    this.#databases = await this.#client.databases.list().catch(() => []);
    this.#catalogue = new ShellCatalogue(this.#client.database(this.#settings.database));
    await this.#catalogue.refresh();
  }

  async #complete(line: string): Promise<[string[], string]> {
    await this.#catalogue.learn(this.#before() + line);
    return complete(line, this.#before(), {
      dialect: this.#settings.dialect,
      catalogue: this.#catalogue,
      databases: this.#databases,
      dotCommands: DOT_COMMANDS.map(({ name }) => name),
    });
  }
}
