import type { TokenType } from 'chevrotain';
import * as t from '../lexer/sql-token-types.ts';
import type { SqlBinary } from '../tree/sql-expression.ts';

/** How tightly operators bind, loosest first, as in PostgreSQL. */
export const PRECEDENCE = {
  or: 1,
  and: 2,
  not: 3,
  is: 4,
  comparison: 5,
  /** BETWEEN, IN, LIKE. */
  range: 6,
  other: 7,
  sum: 8,
  product: 9,
} as const;

interface OperatorMeaning {
  readonly operator: SqlBinary['operator'];
  readonly precedence: number;
}

const meanings = new Map<TokenType, OperatorMeaning>();
const define = (precedence: number, ...entries: readonly [TokenType, SqlBinary['operator']][]) => {
  for (const [type, operator] of entries) meanings.set(type, { operator, precedence });
};
define(PRECEDENCE.or, [t.keyword.OR, 'or']);
define(PRECEDENCE.and, [t.keyword.AND, 'and']);
define(
  PRECEDENCE.comparison,
  [t.Equal, '='],
  [t.TwoEqual, '='],
  [t.NotEqual, '<>'],
  [t.ExclamationEqual, '<>'],
  [t.Less, '<'],
  [t.LessOrEqual, '<='],
  [t.Greater, '>'],
  [t.GreaterOrEqual, '>='],
);
define(
  PRECEDENCE.other,
  [t.Concatenate, '||'],
  [t.Member, '->'],
  [t.MemberText, '->>'],
  [t.Ampersand, '&'],
  [t.Bar, '|'],
  [t.ShiftLeft, '<<'],
  [t.ShiftRight, '>>'],
);
define(PRECEDENCE.sum, [t.Plus, '+'], [t.Minus, '-']);
define(PRECEDENCE.product, [t.Star, '*'], [t.Slash, '/'], [t.Percent, '%']);

/** What a token of the category BinaryOperator stands for. */
export function meaningOf(type: TokenType): OperatorMeaning | undefined {
  return meanings.get(type);
}
