/** Thrown inside the lexer, where only the offset is known; `tokenize` turns it into a QuerySyntaxError. */
export class LexicalError extends Error {
  override readonly name = 'LexicalError';
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}
