/** What the parser takes. Texts come from strangers, so each kind of growth has a bound. */
export interface ParserLimits {
  /** UTF-16 units of a query's text. 1 MiB: larger data belongs into bind values, which are not parsed. */
  readonly textLengthMax: number;
  /** Tokens of a query. Each costs about a hundred bytes while parsing, so this bounds the memory of one parse to tens of MiB. */
  readonly tokensMax: number;
  /**
   * How deep brackets, subqueries, lambdas and conditionals may nest: as deep as a stored value. A level takes about
   * 4 KiB of the parser's stack, of which Node gives less than 1 MiB in all.
   */
  readonly nestingMax: number;
  /** Height of the finished tree, chains such as `a + b + c` included; later phases walk it with their stack. */
  readonly treeHeightMax: number;
  /** Template strings inside the interpolations of template strings: each level reads its text again. */
  readonly templateNestingMax: number;
}

export const PARSER_LIMITS: ParserLimits = {
  textLengthMax: 1024 * 1024,
  tokensMax: 250_000,
  nestingMax: 100,
  treeHeightMax: 500,
  templateNestingMax: 16,
};
