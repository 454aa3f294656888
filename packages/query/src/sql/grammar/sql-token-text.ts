import { EOF, type IToken, type TokenType } from 'chevrotain';
import * as t from '../lexer/sql-token-types.ts';

/** How messages name a token of the text. */
export function describeSqlToken(token: IToken): string {
  const type = token.tokenType;
  if (type === EOF) return 'the end of the statement';
  if (type === t.StringText) return `the text ${shortened(token.image)}`;
  if (type === t.NumberText || type === t.QuotedName || type === t.Parameter) return shortened(token.image);
  return type.LABEL !== undefined && type.LABEL === token.image.toUpperCase()
    ? type.LABEL
    : `'${shortened(token.image)}'`;
}

/** How messages name what a rule wanted. */
export function describeSqlType(type: TokenType): string {
  if (type === EOF) return 'the end of the statement';
  if (type === t.Name || type === t.Word || type === t.Identifier) return 'a name';
  if (type === t.StringText) return 'a text in quotes';
  if (type === t.NumberText) return 'a number';
  return type.LABEL ?? type.name;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
