import type { BinaryExpression, LogicalExpression } from './expression.ts';

/** Operators with two operands. */
export type Operator = BinaryExpression['operator'] | LogicalExpression['operator'];

/** How tightly operators bind, loosest first; the table of the language reference. */
export const PRECEDENCE = {
  coalesce: 1,
  eitherOf: 2,
  pipe: 3,
  or: 4,
  and: 5,
  bitOr: 6,
  bitXor: 7,
  bitAnd: 8,
  comparison: 9,
  range: 10,
  shift: 11,
  sum: 12,
  product: 13,
  prefix: 14,
  postfix: 15,
} as const;

export const OPERATOR_PRECEDENCE: Readonly<Record<Operator, number>> = {
  '??': PRECEDENCE.coalesce,
  '||': PRECEDENCE.eitherOf,
  or: PRECEDENCE.or,
  and: PRECEDENCE.and,
  '|': PRECEDENCE.bitOr,
  '^': PRECEDENCE.bitXor,
  '&': PRECEDENCE.bitAnd,
  '==': PRECEDENCE.comparison,
  '!=': PRECEDENCE.comparison,
  '<': PRECEDENCE.comparison,
  '<=': PRECEDENCE.comparison,
  '>': PRECEDENCE.comparison,
  '>=': PRECEDENCE.comparison,
  in: PRECEDENCE.comparison,
  'not in': PRECEDENCE.comparison,
  like: PRECEDENCE.comparison,
  'not like': PRECEDENCE.comparison,
  '=~': PRECEDENCE.comparison,
  '!~': PRECEDENCE.comparison,
  '~=': PRECEDENCE.comparison,
  '..': PRECEDENCE.range,
  '<<': PRECEDENCE.shift,
  '>>': PRECEDENCE.shift,
  '+': PRECEDENCE.sum,
  '-': PRECEDENCE.sum,
  '*': PRECEDENCE.product,
  '/': PRECEDENCE.product,
  '%': PRECEDENCE.product,
};
