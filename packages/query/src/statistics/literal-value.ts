import type { Value } from '@cairn/protocol/internal';
import type { Expression } from '../ast/expression.ts';

/** The value that the text itself says, in an object because it may be null; undefined where a bind value or a row decides. */
export function literalValue(expression: Expression): { readonly value: Value } | undefined {
  if (expression.kind === 'literal') return { value: expression.value };
  if (expression.kind === 'unary' && expression.operator === '-') {
    const operand = literalValue(expression.operand)?.value;
    return typeof operand === 'number' || typeof operand === 'bigint' ? { value: -operand } : undefined;
  }
  if (expression.kind !== 'array') return undefined;
  const values: Value[] = [];
  for (const element of expression.elements) {
    const known = literalValue(element);
    if (known === undefined) return undefined;
    values.push(known.value);
  }
  return { value: values };
}
