import type { Span } from '../../ast/expression.ts';

/** What the text says makes no sense, or is not supported; the translation's door gives it line and column. */
export class SqlProblem extends Error {
  override readonly name = 'SqlProblem';
  readonly span: Span;

  constructor(problem: string, span: Span) {
    super(problem);
    this.span = span;
  }
}

export function unsupported(what: string, span: Span): SqlProblem {
  return new SqlProblem(`${what} is not supported`, span);
}
