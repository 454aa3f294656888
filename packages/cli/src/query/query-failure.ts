import { CommandError } from '../command-error.ts';
import { failureText } from '../report-failure.ts';
import { caretLines } from './error-caret.ts';

/** Where in a statement an error stands, both from 1; undefined when it says nothing about that. */
export function positionOf(error: unknown): { readonly line: number; readonly column: number } | undefined {
  const details =
    error instanceof Error ? (error as { details?: { line?: unknown; column?: unknown } }).details : undefined;
  const { line, column } = details ?? {};
  return typeof line === 'number' && typeof column === 'number' ? { line, column } : undefined;
}

/** The error with its line and column in the sentence, unless the sentence has them already. */
export function withPosition(error: unknown, statement: string): unknown {
  const position = positionOf(error);
  if (position === undefined || !(error instanceof Error)) return error;
  const source = caretLines(statement, position.line, position.column)[0];
  const where = /line \d/i.test(error.message) ? '' : ` at line ${position.line}, column ${position.column}`;
  return new CommandError(`${failureText(error)}${where}: ${source?.trim() ?? ''}`, undefined, { cause: error });
}
