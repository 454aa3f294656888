import { createInterface } from 'node:readline';
import type { Client, ReplAnswer, ScriptLanguage } from '@cairn/client';
import type { CommandContext } from '../command-context.ts';
import type { ConnectionOptions } from '../connection/connection-settings.ts';
import { openClient } from '../connection/open-client.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { failureText } from '../report-failure.ts';
import { isWhole } from './script-text.ts';

export interface ReplOptions extends ConnectionOptions {
  readonly database: string;
  readonly language: ScriptLanguage;
}

/** Runs pieces of script in the server's sandbox, one after another; global variables go on. */
export async function runRepl(options: ReplOptions, context: CommandContext): Promise<void> {
  const client = await openClient(options);
  context.interrupt.close(); // from here on Ctrl-C drops what is typed, not the command
  try {
    const failures = await new Repl(client, options).run();
    if (!process.stdin.isTTY && failures > 0) context.exitCode = EXIT_CODES.failure;
  } finally {
    await client.close();
  }
}

class Repl {
  readonly #client: Client;
  readonly #options: ReplOptions;
  readonly #isTerminal = process.stdin.isTTY === true;
  #session: string | undefined;
  #typed = '';
  #running: AbortController | undefined;
  #failures = 0;

  constructor(client: Client, options: ReplOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Runs until the input ends; answers how many pieces failed. */
  async run(): Promise<number> {
    const { database, language } = this.#options;
    const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: this.#isTerminal });
    let hasEnded = false;
    lines.on('close', () => {
      hasEnded = true;
    });
    const prompt = () => {
      if (!this.#isTerminal || hasEnded) return;
      lines.setPrompt(this.#typed === '' ? `${database} ${language}> ` : '... ');
      lines.prompt();
    };
    lines.on('SIGINT', () => {
      if (this.#running !== undefined) {
        this.#running.abort();
        return;
      }
      if (this.#typed === '' && lines.line === '') lines.close();
      this.#typed = '';
      process.stdout.write('\n');
      prompt();
    });
    if (this.#isTerminal) process.stdout.write('A piece of script is run when it is whole. .exit leaves.\n');
    prompt();
    for await (const line of lines) {
      if (line.trim() === '.exit') break;
      await this.#take(line);
      prompt();
    }
    if (this.#typed.trim() !== '') await this.#evaluate(this.#typed);
    lines.close();
    return this.#failures;
  }

  /** On a terminal a piece is run when it is whole, or after an empty line; another input is one piece. */
  async #take(line: string): Promise<void> {
    this.#typed = this.#typed === '' ? line : `${this.#typed}\n${line}`;
    if (this.#typed.trim() === '') this.#typed = '';
    else if (this.#isTerminal && (line.trim() === '' || isWhole(this.#typed, this.#options.language))) {
      await this.#evaluate(this.#typed);
      this.#typed = '';
    }
  }

  async #evaluate(code: string): Promise<void> {
    this.#running = new AbortController();
    try {
      const { database, language } = this.#options;
      const { scripts } = this.#client.database(database);
      const { signal } = this.#running;
      const answer = await scripts.evaluate(code, { language, session: this.#session }, { signal });
      this.#session = answer.session_id;
      this.#show(answer);
    } catch (error) {
      this.#failures++;
      process.stderr.write(`${failureText(error)}\n`);
    } finally {
      this.#running = undefined;
    }
  }

  #show({ output, error, result }: ReplAnswer): void {
    for (const line of output) process.stdout.write(`${line}\n`);
    if (error !== undefined) {
      this.#failures++;
      process.stderr.write(`${error.message}\n`);
    } else if (result !== null && result !== undefined) {
      process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    }
  }
}
