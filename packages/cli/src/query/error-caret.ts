import { displayWidth, visibleText } from '../terminal/display-width.ts';

/** The line of a statement with a caret under the column; nothing when the position is not in the text. Both from 1. */
export function caretLines(statement: string, line: number, column: number): string[] {
  const source = statement.split('\n')[line - 1];
  if (source === undefined || column < 1) return [];
  const before = [...source].slice(0, column - 1).join('');
  return [visibleText(source), `${' '.repeat(displayWidth(visibleText(before)))}^`];
}
