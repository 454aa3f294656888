import { createToken, Lexer, type TokenType } from 'chevrotain';
import { KEYWORDS, type Keyword } from './keywords.ts';
import {
  matchBind,
  matchIllegal,
  matchName,
  matchNumber,
  matchQuotedName,
  matchString,
  matchTemplate,
} from './matchers.ts';
import { START_CHARACTERS } from './start-characters.ts';

/** Categories: what a rule of the grammar accepts where several spellings will do. */
const category = (name: string, parents: TokenType[] = []) =>
  createToken({ name, pattern: Lexer.NA, categories: parents });

/** Anything that may stand after a dot or as an object key. */
export const Word = category('Word');
/** What may name a variable or a collection. */
export const Name = category('Name', [Word]);
/** Keywords that may also name a function, when a parenthesis follows. */
export const CallableKeyword = category('CallableKeyword', [Word]);
/** Operators between two operands that are one token and always an operator there. */
export const BinaryOperator = category('BinaryOperator');
/** The operators of BinaryOperator that compare. */
export const ComparisonOperator = category('ComparisonOperator', [BinaryOperator]);

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
  start_chars_hint: ['`'],
  categories: [Name],
});
export const NumberText = createToken({
  name: 'NumberText',
  pattern: matchNumber,
  line_breaks: false,
  start_chars_hint: START_CHARACTERS.anyDigits,
});
export const StringText = createToken({
  name: 'StringText',
  pattern: matchString,
  line_breaks: true,
  start_chars_hint: ['"', "'"],
});
export const Bind = createToken({ name: 'Bind', pattern: matchBind, line_breaks: false, start_chars_hint: ['@'] });
/** `@@name`; told apart from Bind after lexing. */
export const CollectionBind = createToken({ name: 'CollectionBind', pattern: Lexer.NA });
/** A whole template string as the lexer finds it; the tokens below take its place before parsing. */
export const RawTemplate = createToken({
  name: 'RawTemplate',
  pattern: matchTemplate,
  line_breaks: true,
  start_chars_hint: ['$'],
});
export const TemplateStart = createToken({ name: 'TemplateStart', pattern: Lexer.NA });
export const TemplateText = createToken({ name: 'TemplateText', pattern: Lexer.NA });
export const InterpolationStart = createToken({ name: 'InterpolationStart', pattern: Lexer.NA });
export const InterpolationEnd = createToken({ name: 'InterpolationEnd', pattern: Lexer.NA });
export const TemplateEnd = createToken({ name: 'TemplateEnd', pattern: Lexer.NA });

const Blank = createToken({ name: 'Blank', pattern: /[\s\u0085]+/, group: Lexer.SKIPPED, line_breaks: true });
const Comment = createToken({ name: 'Comment', pattern: /--[^\n]*/, group: Lexer.SKIPPED });
/** Whatever nothing else wants: its matcher throws, so that the first bad character ends the lexing. */
const Illegal = createToken({
  name: 'Illegal',
  pattern: matchIllegal,
  line_breaks: false,
  start_chars_hint: START_CHARACTERS.all,
});

const symbol = (name: string, text: string, categories: TokenType[] = []) =>
  createToken({ name, pattern: text, label: `'${text}'`, categories });
const comparison = (name: string, text: string) => symbol(name, text, [ComparisonOperator]);
const operator = (name: string, text: string) => symbol(name, text, [BinaryOperator]);

export const Equal = comparison('Equal', '==');
export const NotEqual = comparison('NotEqual', '!=');
export const LessOrEqual = comparison('LessOrEqual', '<=');
export const GreaterOrEqual = comparison('GreaterOrEqual', '>=');
export const Less = comparison('Less', '<');
export const Greater = comparison('Greater', '>');
export const Matches = comparison('Matches', '=~');
export const NotMatches = comparison('NotMatches', '!~');
export const Resembles = comparison('Resembles', '~=');
export const Plus = operator('Plus', '+');
export const Minus = symbol('Minus', '-', [BinaryOperator]);
export const Star = operator('Star', '*');
export const Slash = operator('Slash', '/');
export const Percent = operator('Percent', '%');
export const Ampersand = operator('Ampersand', '&');
export const Bar = operator('Bar', '|');
export const Caret = operator('Caret', '^');
export const ShiftLeft = operator('ShiftLeft', '<<');
export const ShiftRight = operator('ShiftRight', '>>');
export const Range = operator('Range', '..');
export const Coalesce = operator('Coalesce', '??');
export const EitherOf = operator('EitherOf', '||');
export const BothOf = operator('BothOf', '&&');
export const Pipe = symbol('Pipe', '|>');
export const Arrow = symbol('Arrow', '->');
export const OptionalDot = symbol('OptionalDot', '?.');
export const Question = symbol('Question', '?');
export const Exclamation = symbol('Exclamation', '!');
export const Tilde = symbol('Tilde', '~');
export const Assign = symbol('Assign', '=');
export const Dot = symbol('Dot', '.');
export const Comma = symbol('Comma', ',');
export const Colon = symbol('Colon', ':');
export const OpenParenthesis = symbol('OpenParenthesis', '(');
export const CloseParenthesis = symbol('CloseParenthesis', ')');
export const OpenBracket = symbol('OpenBracket', '[');
export const CloseBracket = symbol('CloseBracket', ']');
export const OpenBrace = symbol('OpenBrace', '{');
export const CloseBrace = symbol('CloseBrace', '}');

/** Words that only some neighbours make special; everywhere else they are names like others. */
const contextual = (word: string) => createToken({ name: word, pattern: Lexer.NA, label: word, categories: [Name] });
export const All = contextual('ALL');
export const None = contextual('NONE');
export const By = contextual('BY');
export const Distinct = contextual('DISTINCT');
export const Keep = contextual('KEEP');
export const Options = contextual('OPTIONS');
export const Explain = contextual('EXPLAIN');
export const Analyze = contextual('ANALYZE');
export const Inner = contextual('INNER');
export const Of = contextual('OF');
export const Prune = contextual('PRUNE');

const CONTEXTUAL_WORDS = [All, None, By, Distinct, Keep, Options, Explain, Analyze, Inner, Of, Prune];

/** Words with a meaning of their own inside expressions, so that `WORD (` is never a call there. */
const NOT_CALLABLE: ReadonlySet<Keyword> = new Set<Keyword>([
  'FOR',
  'LET',
  'NOT',
  'TRUE',
  'FALSE',
  'NULL',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'ANY',
  'AND',
  'OR',
  'LIKE',
  'IN',
]);

function keywordType(word: Keyword): TokenType {
  if (word === 'AND' || word === 'OR')
    return createToken({ name: word, pattern: Lexer.NA, label: word, categories: [Word, BinaryOperator] });
  if (word === 'LIKE')
    return createToken({ name: word, pattern: Lexer.NA, label: word, categories: [Word, ComparisonOperator] });
  return createToken({
    name: word,
    pattern: Lexer.NA,
    label: word,
    categories: [NOT_CALLABLE.has(word) ? Word : CallableKeyword],
  });
}

/** The token type of each keyword, by its upper-case spelling. */
export const keyword = Object.fromEntries(KEYWORDS.map((word) => [word, keywordType(word)])) as Record<
  Keyword,
  TokenType
>;

/** Token types by upper-case spelling, for names found by the lexer. A Map, since names come from outside. */
export const WORD_TYPES: ReadonlyMap<string, TokenType> = new Map([
  ...Object.entries(keyword),
  ...CONTEXTUAL_WORDS.map((type): [string, TokenType] => [type.name, type]),
]);

/** What the lexer tries, in this order: longer symbols before their beginnings. */
export const LEXED_TYPES: TokenType[] = [
  Blank,
  Comment,
  Identifier,
  NumberText,
  StringText,
  QuotedName,
  Bind,
  RawTemplate,
  Equal,
  Matches,
  NotEqual,
  NotMatches,
  LessOrEqual,
  ShiftLeft,
  GreaterOrEqual,
  ShiftRight,
  Less,
  Greater,
  Resembles,
  Arrow,
  Minus,
  Plus,
  Star,
  Slash,
  Percent,
  BothOf,
  Ampersand,
  EitherOf,
  Pipe,
  Bar,
  Caret,
  Range,
  Dot,
  Coalesce,
  OptionalDot,
  Question,
  Exclamation,
  Tilde,
  Assign,
  Comma,
  Colon,
  OpenParenthesis,
  CloseParenthesis,
  OpenBracket,
  CloseBracket,
  OpenBrace,
  CloseBrace,
  Illegal,
];

/** All types, as the parser's vocabulary. */
export const VOCABULARY: TokenType[] = [
  Word,
  Name,
  CallableKeyword,
  BinaryOperator,
  ComparisonOperator,
  ...LEXED_TYPES,
  CollectionBind,
  TemplateStart,
  TemplateText,
  InterpolationStart,
  InterpolationEnd,
  TemplateEnd,
  ...CONTEXTUAL_WORDS,
  ...Object.values(keyword),
];
