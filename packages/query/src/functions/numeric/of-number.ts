import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { finite } from './finite.ts';

/** A function of one number whose result can be out of range. */
export function ofNumber(
  name: string,
  compute: (value: number) => number,
  summary: string,
  expression: string,
  result: number,
  aliases?: readonly string[],
): FunctionDefinition {
  return {
    name,
    aliases,
    category: 'numeric',
    parameters: [{ name: 'number', type: 'number' }],
    summary,
    examples: [{ expression, result }],
    evaluate: (_context: FunctionContext, value: number) => finite(name, compute(value)),
  };
}
