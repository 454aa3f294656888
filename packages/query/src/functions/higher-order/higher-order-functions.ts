import type { Value } from '@cairn/protocol/internal';
import { isRowError } from '../../runtime/run-errors.ts';
import type { FunctionContext, FunctionDefinition, Lambda, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { describeValue } from '../signature.ts';
import { isTruthy } from '../truth.ts';

const array: Parameter = { name: 'array', type: 'array' };
const condition: Parameter = { name: 'condition', type: 'lambda' };

/** A condition of one element that is false where its evaluation is an error of the data, as in FILTER. */
function predicate(lambda: Lambda): (element: Value) => boolean {
  return (element) => {
    try {
      return isTruthy(lambda(element));
    } catch (error) {
      if (isRowError(error)) return false;
      throw error;
    }
  };
}

/** A fold; a lambda of one parameter gets the element alone. */
function reduce(values: readonly Value[], lambda: Lambda, start: Value): Value {
  const alone = lambda.length === 1;
  return values.reduce((folded: Value, element) => (alone ? lambda(element) : lambda(folded, element)), start);
}

/** Functions of an array and a lambda. */
export const higherOrderFunctions: readonly FunctionDefinition[] = [
  {
    name: 'MAP',
    category: 'higher-order',
    parameters: [array, { name: 'transform', type: 'lambda' }],
    summary: 'What a lambda makes of each element.',
    examples: [{ expression: '[1, 2] |> MAP(x -> x * 2)', result: [2, 4] }],
    evaluate: (_context: FunctionContext, values: Value[], transform: Lambda) =>
      values.map((element) => transform(element)),
  },
  {
    name: 'FILTER',
    category: 'higher-order',
    parameters: [array, condition],
    summary: 'The elements for which a condition is true; where it is an error it is not.',
    examples: [{ expression: '[1, 2, 3] |> FILTER(x -> x > 1)', result: [2, 3] }],
    evaluate: (_context: FunctionContext, values: Value[], lambda: Lambda) => values.filter(predicate(lambda)),
  },
  {
    name: 'ALL',
    aliases: ['EVERY'],
    category: 'higher-order',
    parameters: [array, condition],
    summary: 'Whether a condition is true for every element, so for an empty array too.',
    examples: [{ expression: '[1, 0] |> ALL(x -> x)', result: false }],
    evaluate: (_context: FunctionContext, values: Value[], lambda: Lambda) => values.every(predicate(lambda)),
  },
  {
    name: 'ANY',
    aliases: ['SOME'],
    category: 'higher-order',
    parameters: [array, condition],
    summary: 'Whether a condition is true for at least one element.',
    examples: [{ expression: '[1, 0] |> ANY(x -> x)', result: true }],
    evaluate: (_context: FunctionContext, values: Value[], lambda: Lambda) => values.some(predicate(lambda)),
  },
  {
    name: 'REDUCE',
    category: 'higher-order',
    parameters: [
      array,
      { name: 'combine', type: ['lambda', 'any'] },
      { name: 'start', type: ['any', 'lambda'], optional: true },
    ],
    summary:
      'The elements combined one after the other: the lambda gets what it made so far, first `start`, and an element. ' +
      'Lambda and start may change places.',
    examples: [
      { expression: '[1, 2, 3] |> REDUCE((sum, x) -> sum + x, 0)', result: 6 },
      { expression: '[1, 2, 3] |> REDUCE(10, (sum, x) -> sum + x)', result: 16 },
    ],
    evaluate: (_context: FunctionContext, values: Value[], first: Value | Lambda, second: Value | Lambda = null) => {
      const [combine, start] = typeof first === 'function' ? [first, second] : [second, first];
      if (typeof combine === 'function' && typeof start !== 'function') return reduce(values, combine, start);
      if (first === null) return null;
      const [place, got] =
        typeof first === 'function' ? ['3 (start) must be a value', second] : ['2 (combine) must be a lambda', first];
      throw new FunctionError('REDUCE', `argument ${place}, got ${describeValue(got)}`);
    },
  },
];

/** The first element for which a condition is true; null when there is none. */
export function findElement(values: readonly Value[], lambda: Lambda): Value {
  return values.find(predicate(lambda)) ?? null;
}
