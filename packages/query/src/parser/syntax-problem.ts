import type { IToken } from 'chevrotain';

/** A problem found inside a rule of the grammar, with the token where it stands; the parser's door makes the error of it. */
export class SyntaxProblem extends Error {
  override readonly name = 'SyntaxProblem';
  readonly token: IToken;

  constructor(problem: string, token: IToken) {
    super(problem);
    this.token = token;
  }
}
