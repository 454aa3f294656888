import { type IToken, Lexer, type TokenType } from 'chevrotain';
import type { ParserLimits } from '../parser/limits.ts';
import { LexicalError } from './lexical-error.ts';
import type { TemplatePart } from './matchers.ts';
import {
  Bind,
  CollectionBind,
  Identifier,
  InterpolationEnd,
  InterpolationStart,
  LEXED_TYPES,
  RawTemplate,
  TemplateEnd,
  TemplateStart,
  TemplateText,
  WORD_TYPES,
} from './token-types.ts';

// The validation would try every matcher on every symbol and take the errors that some throw for its own.
const lexer = new Lexer(LEXED_TYPES, {
  positionTracking: 'onlyOffset',
  ensureOptimizations: true,
  skipValidations: true,
});

/**
 * The tokens of a text, keywords told from names and the interpolations of template strings taken apart. Offsets count
 * from the text's start, also inside templates.
 *
 * @throws LexicalError with the offset of the first character that fits nowhere
 */
export function tokenize(text: string, limits: ParserLimits): IToken[] {
  const tokens = lexPart(text, limits, 0);
  if (tokens.length > limits.tokensMax) {
    throw new LexicalError(
      `the query has more than ${limits.tokensMax} words and signs`,
      tokens[limits.tokensMax]!.startOffset,
    );
  }
  return tokens;
}

function lexPart(text: string, limits: ParserLimits, templateDepth: number): IToken[] {
  const { tokens, errors } = lexer.tokenize(text);
  const first = errors[0];
  if (first !== undefined) throw new LexicalError('unexpected character', first.offset);
  let templates = false;
  for (const token of tokens) {
    const type = token.tokenType;
    token.endOffset = token.startOffset + token.image.length - 1;
    if (type === Identifier) {
      const special = WORD_TYPES.get(token.image) ?? WORD_TYPES.get(token.image.toUpperCase());
      if (special !== undefined) retype(token, special);
    } else if (type === Bind) {
      if (token.image[1] === '@') retype(token, CollectionBind);
    } else if (type === RawTemplate) templates = true;
  }
  return templates
    ? tokens.flatMap((token) =>
        token.tokenType === RawTemplate ? expandTemplate(token, text, limits, templateDepth + 1) : token,
      )
    : tokens;
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}

/** `$"a ${b}"` as the tokens: start, text, interpolation start, those of `b`, interpolation end, end. */
function expandTemplate(template: IToken, text: string, limits: ParserLimits, templateDepth: number): IToken[] {
  const { startOffset, endOffset } = template;
  if (templateDepth > limits.templateNestingMax) {
    throw new LexicalError(`template strings are nested more than ${limits.templateNestingMax} deep`, startOffset);
  }
  const tokens = [made(TemplateStart, '$', startOffset, startOffset + 1)];
  for (const part of template.payload as TemplatePart[]) {
    if ('text' in part) {
      tokens.push(made(TemplateText, part.text, part.start, part.end - 1));
      continue;
    }
    tokens.push(made(InterpolationStart, '${', part.start - 2, part.start - 1));
    for (const token of lexInterpolation(text, part, limits, templateDepth)) tokens.push(token);
    tokens.push(made(InterpolationEnd, '}', part.end, part.end));
  }
  tokens.push(made(TemplateEnd, text[endOffset!]!, endOffset!, endOffset!));
  return tokens;
}

function lexInterpolation(text: string, part: TemplatePart, limits: ParserLimits, templateDepth: number): IToken[] {
  try {
    const tokens = lexPart(text.slice(part.start, part.end), limits, templateDepth);
    for (const token of tokens) {
      token.startOffset += part.start;
      token.endOffset! += part.start;
    }
    return tokens;
  } catch (error) {
    throw error instanceof LexicalError ? new LexicalError(error.message, error.offset + part.start) : error;
  }
}

function made(type: TokenType, image: string, startOffset: number, endOffset: number): IToken {
  return { tokenType: type, tokenTypeIdx: type.tokenTypeIdx!, image, startOffset, endOffset } as IToken;
}
