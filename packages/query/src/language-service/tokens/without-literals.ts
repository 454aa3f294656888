import type { IToken } from 'chevrotain';
import { NumberText, StringText, TemplateText } from '../../lexer/token-types.ts';
import { tokenize } from '../../lexer/tokenize.ts';
import { PARSER_LIMITS } from '../../parser/limits.ts';
import { NumberText as SqlNumber, StringText as SqlText } from '../../sql/lexer/sql-token-types.ts';
import { tokenizeSql } from '../../sql/lexer/tokenize-sql.ts';

const LITERALS: ReadonlySet<unknown> = new Set([NumberText, StringText, TemplateText, SqlNumber, SqlText]);
/** What a literal becomes. */
const PLACEHOLDER = '?';

/**
 * A text without what it says of values: each literal is a `?`, comments are gone. Texts that differ in values alone become one.
 *
 * @returns undefined for what is no text of that language
 * @example withoutLiterals("FOR u IN users FILTER u.name == 'Ann' RETURN u", 'sdbql') // FOR u IN users FILTER u.name == ? RETURN u
 */
export function withoutLiterals(text: string, language: 'sdbql' | 'sql' = 'sdbql'): string | undefined {
  let tokens: readonly IToken[];
  try {
    tokens = language === 'sql' ? tokenizeSql(text, PARSER_LIMITS) : tokenize(text, PARSER_LIMITS);
  } catch {
    return undefined;
  }
  let shape = '';
  let end = 0;
  for (const { tokenType, startOffset, endOffset } of tokens) {
    // What stands between tokens is blank or a comment.
    if (startOffset > end && shape !== '') shape += ' ';
    shape += LITERALS.has(tokenType) ? PLACEHOLDER : text.slice(startOffset, endOffset! + 1);
    end = endOffset! + 1;
  }
  return shape;
}
