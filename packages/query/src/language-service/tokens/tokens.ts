import type { TokenType } from 'chevrotain';
import * as t from '../../lexer/token-types.ts';
import { keyword } from '../../lexer/token-types.ts';
import { isOfType } from '../grammar/automaton.ts';
import { isNamed, type QueryReading, type ReadToken, readText, ruleOf } from '../query-reading.ts';

/** What a token is to somebody who reads the text. */
export type TokenKind =
  | 'keyword'
  | 'constant'
  | 'number'
  | 'string'
  | 'comment'
  | 'operator'
  | 'punctuation'
  | 'function'
  | 'variable'
  | 'attribute'
  | 'collection'
  | 'bind'
  | 'invalid';

/** A classified token; offsets count UTF-16 units, `end` is behind the last one. */
export interface ClassifiedToken {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

const OPERAND_TYPES: readonly (readonly [TokenType, TokenKind])[] = [
  [t.NumberText, 'number'],
  [t.StringText, 'string'],
  [t.TemplateStart, 'string'],
  [t.TemplateText, 'string'],
  [t.TemplateEnd, 'string'],
  [t.Bind, 'bind'],
  [t.CollectionBind, 'bind'],
  [keyword.TRUE, 'constant'],
  [keyword.FALSE, 'constant'],
  [keyword.NULL, 'constant'],
];

const SIGNS: ReadonlySet<TokenType> = new Set([
  t.Dot,
  t.Comma,
  t.Colon,
  t.OpenParenthesis,
  t.CloseParenthesis,
  t.OpenBracket,
  t.CloseBracket,
  t.OpenBrace,
  t.CloseBrace,
  t.InterpolationStart,
  t.InterpolationEnd,
]);

const KIND_OF_TYPE: ReadonlyMap<TokenType, TokenKind> = new Map([
  ...OPERAND_TYPES,
  ...[...SIGNS].map((type): [TokenType, TokenKind] => [type, 'punctuation']),
]);

/** What names stand for, by the rule of the grammar that asks for one. */
const KIND_IN_RULE: ReadonlyMap<string, TokenKind> = new Map([
  ['suffixed', 'attribute'],
  ['expansion', 'attribute'],
  ['member', 'attribute'],
  ['pipe', 'function'],
  ['aggregate', 'function'],
  ['collection', 'collection'],
  ['join', 'collection'],
  ['head', 'collection'],
]);

/**
 * The tokens and comments of a text, classified, in their order; also of a text that is broken or still being typed.
 *
 * @example
 * tokens('RETURN 1').map(({ kind }) => kind); // ['keyword', 'number']
 */
export function tokens(text: string): ClassifiedToken[] {
  return classify(readText(text));
}

export function classify({ pieces, tokens: read }: QueryReading): ClassifiedToken[] {
  let next = 0;
  return pieces.map((piece) => {
    const { start, end } = piece;
    if (piece.kind !== 'token') return { kind: piece.kind === 'comment' ? 'comment' : 'invalid', start, end };
    const index = next++;
    return { kind: kindOf(read, index), start, end };
  });
}

function kindOf(read: readonly ReadToken[], index: number): TokenKind {
  const token = read[index]!;
  const plain = KIND_OF_TYPE.get(token.type);
  if (plain !== undefined && !isNamed(read, index)) return plain;
  if (!isOfType(token.type, t.Word)) return 'operator';
  if (token.reading === undefined) return kindOfMisfit(read, index);
  return isNamed(read, index) ? kindOfName(read, index) : 'keyword';
}

function kindOfName(read: readonly ReadToken[], index: number): TokenKind {
  const token = read[index]!;
  const rule = ruleOf(token) ?? '';
  const next = read[index + 1]?.type;
  // A member without a value names a variable.
  if (rule === 'member') return next === t.Colon || next === undefined ? 'attribute' : 'variable';
  if (rule === 'aggregate') return next === t.Assign ? 'variable' : 'function';
  if (rule !== 'named') return KIND_IN_RULE.get(rule) ?? 'variable';
  if (next === t.OpenParenthesis) return 'function';
  return isLoopSource(read, index) ? 'collection' : 'variable';
}

/** Whether the token is all that stands behind the IN of a FOR: a collection, unless a variable has its name. */
function isLoopSource(read: readonly ReadToken[], index: number): boolean {
  const before = read[index - 1];
  return before?.type === keyword.IN && ruleOf(before) === 'for' && read[index + 1]?.type !== t.Dot;
}

function kindOfMisfit(read: readonly ReadToken[], index: number): TokenKind {
  const { type } = read[index]!;
  if (isOfType(type, t.Name)) return read[index + 1]?.type === t.OpenParenthesis ? 'function' : 'variable';
  return 'keyword';
}
