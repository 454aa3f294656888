import { stringifyJson, type Value, valuesEqual } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';
import { checkWrittenLength } from '../string/text-limit.ts';
import { isTruthy } from '../truth.ts';

const value: Parameter = { name: 'value', type: 'any' };

/** Functions that choose between values, check them, or wait. */
export const controlFunctions: readonly FunctionDefinition[] = [
  {
    name: 'COALESCE',
    aliases: ['NOT_NULL', 'FIRST_NOT_NULL'],
    category: 'control',
    parameters: [],
    rest: value,
    summary: 'The first argument that is not null; null when there is none.',
    examples: [
      { expression: 'COALESCE(null, 0, 1)', result: 0 },
      { expression: 'COALESCE()', result: null },
    ],
    evaluate: (_context: FunctionContext, ...values: Value[]) => values.find((candidate) => candidate !== null) ?? null,
  },
  {
    name: 'NULLIF',
    category: 'control',
    parameters: [value, { name: 'other', type: 'any' }],
    summary: 'Null when both arguments are equal, else the first.',
    examples: [
      { expression: 'NULLIF(1, 1.0)', result: null },
      { expression: 'NULLIF(1, 2)', result: 1 },
    ],
    evaluate: (_context: FunctionContext, first: Value, second: Value) => (valuesEqual(first, second) ? null : first),
  },
  {
    name: 'IF',
    category: 'control',
    parameters: [
      { name: 'condition', type: 'any' },
      { name: 'then', type: 'any' },
      { name: 'else', type: 'any' },
    ],
    summary: 'The second argument when the first is true, else the third; null, false, 0 and empty text are not true.',
    examples: [
      { expression: "IF(1 > 0, 'yes', 'no')", result: 'yes' },
      { expression: "IF('', 'yes', 'no')", result: 'no' },
    ],
    evaluate: (_context: FunctionContext, condition: Value, then: Value, otherwise: Value) =>
      isTruthy(condition) ? then : otherwise,
  },
  {
    name: 'ASSERT',
    category: 'control',
    parameters: [
      { name: 'condition', type: 'any' },
      { name: 'message', type: 'any', optional: true },
    ],
    summary: 'True when the condition is true, else an error with the message.',
    examples: [{ expression: "ASSERT(1 < 2, 'numbers are broken')", result: true }],
    evaluate: (_context: FunctionContext, condition: Value, message: Value = null) => {
      if (isTruthy(condition)) return true;
      checkWrittenLength('ASSERT', message);
      const text = typeof message === 'string' ? message : stringifyJson(message);
      throw new FunctionError('ASSERT', message === null ? 'assertion failed' : text);
    },
  },
  {
    name: 'SLEEP',
    category: 'control',
    parameters: [{ name: 'milliseconds', type: 'integer' }],
    pure: false,
    summary: `Null; the answers come so many milliseconds later (at most ${FUNCTION_LIMITS.sleepMaxMs} for one call).`,
    examples: [{ expression: 'SLEEP(0)', result: null }],
    evaluate: (context: FunctionContext, milliseconds: number) => {
      if (milliseconds < 0 || milliseconds > FUNCTION_LIMITS.sleepMaxMs) {
        throw new FunctionError('SLEEP', `argument 1 (milliseconds) must be 0 to ${FUNCTION_LIMITS.sleepMaxMs}`);
      }
      context.wait(milliseconds);
      return null;
    },
  },
];
