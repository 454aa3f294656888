import { CairnError } from '@cairn/protocol/internal';

/** A place in a query's text: line and column count from 1, columns in code points; `offset` counts UTF-16 units from 0. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** The text is no query. `details` holds `line`, `column` and `offset` of the place where that became certain. */
export class QuerySyntaxError extends CairnError {
  override readonly name = 'QuerySyntaxError';

  constructor(problem: string, position: TextPosition) {
    super('parse_error', `Parse error: ${problem} at ${position.line}:${position.column}`, {
      details: { line: position.line, column: position.column, offset: position.offset },
    });
  }
}

/** Line and column of an offset; only needed for errors, so nothing is counted while lexing. */
export function positionAt(text: string, offset: number): TextPosition {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  let column = 1;
  for (let at = lineStart; at < offset; column++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return { line, column, offset };
}
