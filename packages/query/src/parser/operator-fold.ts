import type { TokenType } from 'chevrotain';
import type { BinaryExpression, Expression, LogicalExpression } from '../ast/expression.ts';
import { OPERATOR_PRECEDENCE, type Operator, PRECEDENCE } from '../ast/precedence.ts';
import * as tokens from '../lexer/token-types.ts';

const LOGICAL: ReadonlySet<string> = new Set(['and', 'or', '||', '??']);

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
