import { createToken, Lexer, type TokenType } from 'chevrotain';
import { matchIllegal, matchName } from '../../lexer/matchers.ts';
import { START_CHARACTERS } from '../../lexer/start-characters.ts';
import { SQL_KEYWORDS, type SqlKeyword } from './sql-keywords.ts';
import { matchBlockComment, matchNumber, matchParameter, matchQuotedName, matchText } from './sql-matchers.ts';

const category = (name: string, parents: TokenType[] = []) =>
  createToken({ name, pattern: Lexer.NA, categories: parents });

/** Anything that may stand after a dot or after AS. */
export const Word = category('Word');
/** What may name a table, a column or a function. */
export const Name = category('Name', [Word]);
/** Keywords that also name a function, when a parenthesis follows. */
export const CallableKeyword = category('CallableKeyword', [Word]);
/** Operators between two operands that are one token. */
export const BinaryOperator = category('BinaryOperator');

export const Identifier = createToken({
  name: 'Identifier',
  pattern: matchName,
  line_breaks: false,
  start_chars_hint: START_CHARACTERS.letters,
  categories: [Name],
});
export const QuotedName = createToken({
  name: 'QuotedName',
  pattern: matchQuotedName,
  line_breaks: true,
  start_chars_hint: ['"', '`', '['],
  categories: [Name],
});
export const NumberText = createToken({
  name: 'NumberText',
  pattern: matchNumber,
  line_breaks: false,
  start_chars_hint: [...START_CHARACTERS.digits, 46],
});
export const StringText = createToken({
  name: 'StringText',
  pattern: matchText,
  line_breaks: true,
  start_chars_hint: ["'", 'E', 'e'],
});
/** `?`, `$1`, `:name`, `@name`; the payload is the name, empty for a bare `?`. */
export const Parameter = createToken({
  name: 'Parameter',
  pattern: matchParameter,
  line_breaks: false,
  start_chars_hint: ['?', ':', '@', '$'],
});

const Blank = createToken({
  name: 'Blank',
  pattern: /[\s\u0085]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const LineComment = createToken({ name: 'LineComment', pattern: /--[^\n]*/, group: Lexer.SKIPPED });
const BlockComment = createToken({
  name: 'BlockComment',
  pattern: matchBlockComment,
  group: Lexer.SKIPPED,
  line_breaks: true,
  start_chars_hint: ['/'],
});
/** Whatever nothing else wants: its matcher throws, so that the first bad character ends the lexing. */
const Illegal = createToken({
  name: 'Illegal',
  pattern: matchIllegal,
  line_breaks: false,
  start_chars_hint: START_CHARACTERS.all,
});

const symbol = (name: string, text: string, categories: TokenType[] = []) =>
  createToken({ name, pattern: text, label: `'${text}'`, categories });
const operator = (name: string, text: string) => symbol(name, text, [BinaryOperator]);

export const TwoEqual = operator('TwoEqual', '==');
export const Equal = operator('Equal', '=');
export const NotEqual = operator('NotEqual', '<>');
export const ExclamationEqual = operator('ExclamationEqual', '!=');
export const LessOrEqual = operator('LessOrEqual', '<=');
export const GreaterOrEqual = operator('GreaterOrEqual', '>=');
export const ShiftLeft = operator('ShiftLeft', '<<');
export const ShiftRight = operator('ShiftRight', '>>');
export const Less = operator('Less', '<');
export const Greater = operator('Greater', '>');
export const Concatenate = operator('Concatenate', '||');
export const Bar = operator('Bar', '|');
export const Ampersand = operator('Ampersand', '&');
export const MemberText = operator('MemberText', '->>');
export const Member = operator('Member', '->');
export const Plus = operator('Plus', '+');
export const Minus = operator('Minus', '-');
export const Star = operator('Star', '*');
export const Slash = operator('Slash', '/');
export const Percent = operator('Percent', '%');
export const Tilde = symbol('Tilde', '~');
export const TypeCast = symbol('TypeCast', '::');
export const Dot = symbol('Dot', '.');
export const Comma = symbol('Comma', ',');
export const Semicolon = symbol('Semicolon', ';');
export const OpenParenthesis = symbol('OpenParenthesis', '(');
export const CloseParenthesis = symbol('CloseParenthesis', ')');
export const OpenBracket = symbol('OpenBracket', '[');
export const CloseBracket = symbol('CloseBracket', ']');

const CALLABLE: ReadonlySet<SqlKeyword> = new Set<SqlKeyword>(['LEFT', 'RIGHT', 'UNIQUE', 'UNION']);
const OPERATORS: ReadonlySet<SqlKeyword> = new Set<SqlKeyword>(['AND', 'OR']);

function keywordType(word: SqlKeyword): TokenType {
  const categories = [CALLABLE.has(word) ? CallableKeyword : Word];
  if (OPERATORS.has(word)) categories.push(BinaryOperator);
  return createToken({ name: word, pattern: Lexer.NA, label: word, categories });
}

/** The token type of each keyword, by its upper-case spelling. */
export const keyword = Object.fromEntries(SQL_KEYWORDS.map((word) => [word, keywordType(word)])) as Record<
  SqlKeyword,
  TokenType
>;

/** A Map, since names come from outside. */
export const KEYWORD_TYPES: ReadonlyMap<string, TokenType> = new Map(Object.entries(keyword));

/** What the lexer tries, in this order: longer symbols before their beginnings. */
export const LEXED_TYPES: TokenType[] = [
  Blank,
  LineComment,
  BlockComment,
  StringText,
  Identifier,
  NumberText,
  QuotedName,
  TypeCast,
  Parameter,
  TwoEqual,
  Equal,
  NotEqual,
  ExclamationEqual,
  LessOrEqual,
  GreaterOrEqual,
  ShiftLeft,
  ShiftRight,
  Less,
  Greater,
  Concatenate,
  Bar,
  Ampersand,
  MemberText,
  Member,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  Tilde,
  Dot,
  Comma,
  Semicolon,
  OpenParenthesis,
  CloseParenthesis,
  OpenBracket,
  CloseBracket,
  Illegal,
];

/** All types, as the parser's vocabulary. */
export const VOCABULARY: TokenType[] = [
  Word,
  Name,
  CallableKeyword,
  BinaryOperator,
  ...LEXED_TYPES,
  ...Object.values(keyword),
];
