import { type IToken, Lexer } from 'chevrotain';
import { LexicalError } from '../../lexer/lexical-error.ts';
import type { ParserLimits } from '../../parser/limits.ts';
import { Identifier, KEYWORD_TYPES, LEXED_TYPES } from './sql-token-types.ts';

// As in the lexer of the query language, validation would take the errors that matchers throw for its own.
const lexer = new Lexer(LEXED_TYPES, {
  positionTracking: 'onlyOffset',
  ensureOptimizations: true,
  skipValidations: true,
});

/**
 * The tokens of a text, keywords told from names.
 *
 * @throws LexicalError with the offset of the first character that fits nowhere
 */
export function tokenizeSql(text: string, limits: ParserLimits): IToken[] {
  const { tokens, errors } = lexer.tokenize(text);
  const first = errors[0];
  if (first !== undefined) throw new LexicalError('unexpected character', first.offset);
  if (tokens.length > limits.tokensMax) {
    throw new LexicalError(
      `the statement has more than ${limits.tokensMax} words and signs`,
      tokens[limits.tokensMax]!.startOffset,
    );
  }
  for (const token of tokens) {
    token.endOffset = token.startOffset + token.image.length - 1;
    if (token.tokenType !== Identifier) continue;
    const type = KEYWORD_TYPES.get(token.image.toUpperCase());
    if (type === undefined) continue;
    token.tokenType = type;
    token.tokenTypeIdx = type.tokenTypeIdx!;
  }
  return tokens;
}
