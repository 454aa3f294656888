import { EOF, type IToken, type TokenType } from 'chevrotain';
import * as tokens from '../lexer/token-types.ts';

/** How messages name a token of the text. */
export function describeToken(token: IToken): string {
  const type = token.tokenType;
  if (type === EOF) return 'the end of the query';
  if (type === tokens.Identifier) return `'${shortened(token.image)}'`;
  if (type === tokens.StringText) return `the text ${shortened(token.image)}`;
  if (type === tokens.TemplateStart || type === tokens.TemplateText) return 'a template string';
  if (type === tokens.InterpolationEnd) return 'the end of the interpolation';
  if (
    type === tokens.NumberText ||
    type === tokens.QuotedName ||
    type === tokens.Bind ||
    type === tokens.CollectionBind
  ) {
    return shortened(token.image);
  }
  return type.LABEL !== undefined && type.LABEL === token.image.toUpperCase()
    ? type.LABEL
    : `'${shortened(token.image)}'`;
}

/** How messages name what a rule wanted. */
export function describeType(type: TokenType): string {
  if (type === EOF) return 'the end of the query';
  if (type === tokens.Name) return 'a name';
  if (type === tokens.Word) return 'a name';
  if (type === tokens.StringText) return 'a text in quotes';
  if (type === tokens.ComparisonOperator) return 'a comparison operator';
  return type.LABEL ?? type.name;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
