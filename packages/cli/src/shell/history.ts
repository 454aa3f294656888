import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Statements kept. */
const STATEMENTS_MAX = 1000;

/** The statements of earlier shells, one a line with line ends written as `\n`, readable by its owner alone. */
export class ShellHistory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  static pathOf(option: string | undefined, environment: Readonly<Record<string, string | undefined>>): string {
    return option ?? (environment.CAIRN_HISTORY || join(homedir(), '.cairn_history'));
  }

  /** Newest first, as readline wants them; empty when there is no file or it cannot be read. */
  read(): string[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch {
      return [];
    }
    const statements = text.split('\n').filter((line) => line !== '');
    if (statements.length > 2 * STATEMENTS_MAX) this.#keep(statements.slice(-STATEMENTS_MAX));
    return statements.slice(-STATEMENTS_MAX).reverse().map(asOneLine);
  }

  /** A history that cannot be written is no reason to stop: the statement has been run. */
  add(statement: string): void {
    const line = statement.trim().replaceAll('\\', '\\\\').replaceAll('\r', '').replaceAll('\n', '\\n');
    if (line === '') return;
    try {
      appendFileSync(this.path, `${line}\n`, { mode: 0o600 });
    } catch {
      // Said above.
    }
  }

  #keep(statements: readonly string[]): void {
    try {
      writeFileSync(this.path, `${statements.join('\n')}\n`, { mode: 0o600 });
    } catch {
      // It stays long.
    }
  }
}

/** Readline edits single lines: a statement of several comes back with blanks between. */
function asOneLine(line: string): string {
  return line.replace(/\\(\\|n)/g, (_match, escaped: string) => (escaped === 'n' ? ' ' : '\\'));
}
