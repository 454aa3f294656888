import type { TokenType } from 'chevrotain';
import type { BinaryExpression, Expression, LogicalExpression } from '../ast/expression.ts';
import * as tokens from '../lexer/token-types.ts';

type Operator = BinaryExpression['operator'] | LogicalExpression['operator'];

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

const LOGICAL: ReadonlySet<string> = new Set(['and', 'or', '||', '??']);

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

const SPELLED: readonly [TokenType, Operator][] = [
  [tokens.BothOf, 'and'],
  [tokens.keyword.AND, 'and'],
  [tokens.keyword.OR, 'or'],
  [tokens.keyword.LIKE, 'like'],
  [tokens.keyword.IN, 'in'],
];

const OPERATORS = new Map<number, Operator>(
  [...tokens.LEXED_TYPES.filter((type) => typeof type.PATTERN === 'string' && type.PATTERN in OPERATOR_PRECEDENCE)]
    .map((type): [TokenType, Operator] => [type, type.PATTERN as Operator])
    .concat(SPELLED)
    .map(([type, operator]) => [type.tokenTypeIdx!, operator]),
);

/** The operator that a token of the categories BinaryOperator or IN stands for. */
export function operatorOfToken(tokenTypeIdx: number): Operator {
  return OPERATORS.get(tokenTypeIdx)!;
}

/** One pending operator; `quantifier` makes it `ANY ==` and the like. */
export interface PendingOperator {
  readonly operator: Operator;
  readonly quantifier?: 'any' | 'all' | 'none';
}

/**
 * Builds a tree from operands and operators as they come, by precedence, so that the grammar needs one rule for all
 * binary operators. Nested expressions share the stacks: each works above the mark that it took at its beginning.
 */
export class OperatorFold {
  readonly #operands: Expression[] = [];
  readonly #operators: PendingOperator[] = [];

  reset(): void {
    this.#operands.length = 0;
    this.#operators.length = 0;
  }

  begin(): number {
    return this.#operators.length;
  }

  operand(expression: Expression): void {
    this.#operands.push(expression);
  }

  /** False for a second `..` beside another, which has no meaning. */
  operator(pending: PendingOperator, mark: number): boolean {
    const precedence = OPERATOR_PRECEDENCE[pending.operator];
    const top = this.#operators.at(-1);
    if (pending.operator === '..' && this.#operators.length > mark && this.#hasRange(mark)) return false;
    if (top !== undefined) this.#reduce(precedence, mark);
    this.#operators.push(pending);
    return true;
  }

  /** Takes what stands left of a pipe; the call is pushed back with `operand`. */
  receiver(mark: number): Expression {
    this.#reduce(PRECEDENCE.pipe + 1, mark);
    return this.#operands.pop()!;
  }

  end(mark: number): Expression {
    this.#reduce(0, mark);
    return this.#operands.pop()!;
  }

  /** Whether a range waits for its right side at the level of the next operator. */
  #hasRange(mark: number): boolean {
    for (let index = this.#operators.length - 1; index >= mark; index--) {
      const precedence = OPERATOR_PRECEDENCE[this.#operators[index]!.operator];
      if (precedence <= PRECEDENCE.range) return precedence === PRECEDENCE.range;
    }
    return false;
  }

  #reduce(precedence: number, mark: number): void {
    const operators = this.#operators;
    while (operators.length > mark && OPERATOR_PRECEDENCE[operators.at(-1)!.operator] >= precedence) {
      const { operator, quantifier } = operators.pop()!;
      const right = this.#operands.pop()!;
      const left = this.#operands.pop()!;
      this.#operands.push(joined(operator, quantifier, left, right));
    }
  }
}

function joined(
  operator: Operator,
  quantifier: PendingOperator['quantifier'],
  left: Expression,
  right: Expression,
): Expression {
  const span = { start: left.span.start, end: right.span.end };
  if (quantifier !== undefined) {
    return { kind: 'array-comparison', quantifier, operator: operator as 'in', left, right, span };
  }
  if (LOGICAL.has(operator))
    return { kind: 'logical', operator: operator as LogicalExpression['operator'], left, right, span };
  return { kind: 'binary', operator: operator as BinaryExpression['operator'], left, right, span };
}
