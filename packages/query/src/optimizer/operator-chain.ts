import type { Operator, OperatorWithInput } from '../plan/operator.ts';
import { chain } from '../plan/operator-facts.ts';

/** The operators from the root down, to be changed and put together again. */
export function openChain(root: Operator): Operator[] {
  return [...chain(root)];
}

/** Links the operators again, each to the next; objects whose input did not change are kept. */
export function closeChain(operators: readonly Operator[]): Operator {
  let input = operators[operators.length - 1];
  for (let index = operators.length - 2; index >= 0; index--) {
    const operator = operators[index] as OperatorWithInput;
    input = operator.input === input ? operator : ({ ...operator, input } as Operator);
  }
  return input;
}
