import type { Value } from '@cairn/protocol/internal';
import { checkPercent } from '../aggregate/order.ts';
import type { AggregateDefinition } from '../aggregate-definition.ts';
import { aggregateByName } from '../aggregates.ts';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';

const array: Parameter = { name: 'array', type: 'array' };

/** A function of one array that answers what the aggregate of the same name answers for rows with these values. */
function overArray(name: string, examples: FunctionDefinition['examples'], extra?: Parameter): FunctionDefinition {
  const aggregate = aggregateByName(name) as AggregateDefinition;
  return {
    name,
    aliases: aggregate.aliases,
    category: 'statistics',
    parameters: extra === undefined ? [array] : [array, extra],
    summary: aggregate.summary,
    examples,
    evaluate: (_context: FunctionContext, values: Value[], parameter?: Value) => {
      if (parameter !== undefined) checkPercent(parameter); // an empty array shows no mistake to the aggregate
      const state = aggregate.create();
      for (const value of values) state.add(value, parameter);
      return state.result();
    },
  };
}

/** Statistics over one array. */
export const statisticsFunctions: readonly FunctionDefinition[] = [
  overArray('SUM', [
    { expression: "SUM([1, null, 'x', 2])", result: 3 },
    { expression: 'SUM([])', result: 0 },
  ]),
  overArray('AVG', [
    { expression: 'AVG([1, 2, null])', result: 1.5 },
    { expression: 'AVG([])', result: null },
  ]),
  overArray('MIN', [
    { expression: 'MIN([3, null, 1])', result: 1 },
    { expression: "MIN([true, 2, 'a'])", result: true },
  ]),
  overArray('MAX', [
    { expression: "MAX(['2024-01-01', '2024-02-01'])", result: '2024-02-01' },
    { expression: 'MAX([null])', result: null },
  ]),
  overArray('MEDIAN', [{ expression: 'MEDIAN([4, 1, 3, 2])', result: 2.5 }]),
  overArray(
    'PERCENTILE',
    [
      { expression: 'PERCENTILE([10, 20, 30, 40, 50], 50)', result: 30 },
      { expression: 'PERCENTILE([], 50)', result: null },
    ],
    { name: 'percent', type: 'number' },
  ),
  overArray('VARIANCE', [
    { expression: 'VARIANCE([1, 2, 3, 4])', result: 1.25 },
    { expression: 'VARIANCE([5])', result: 0 },
  ]),
  overArray('VAR_SAMP', [
    { expression: 'VAR_SAMP([1, 2, 3])', result: 1 },
    { expression: 'VAR_SAMP([5])', result: null },
  ]),
  overArray('STDDEV', [{ expression: 'STDDEV([2, 4, 4, 4, 5, 5, 7, 9])', result: 2 }]),
  overArray('STDDEV_SAMP', [{ expression: 'STDDEV_SAMP([1, 2, 3])', result: 1 }]),
  overArray('COUNT_DISTINCT', [{ expression: "COUNT_DISTINCT([1, 1.0, '1', null])", result: 2 }]),
  {
    name: 'COUNT',
    category: 'statistics',
    parameters: [{ name: 'value', type: 'any' }],
    summary: 'How many elements an array has; 0 for null and 1 for any other value.',
    examples: [
      { expression: 'COUNT([null, null])', result: 2 },
      { expression: 'COUNT(null)', result: 0 },
      { expression: "COUNT('abc')", result: 1 },
    ],
    evaluate: (_context: FunctionContext, value: Value) =>
      Array.isArray(value) ? value.length : value === null ? 0 : 1,
  },
];
