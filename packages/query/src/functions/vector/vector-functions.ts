import type { Value } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { FunctionError } from '../function-error.ts';
import { finite } from '../numeric/finite.ts';
import { vectorArgument, vectorPair } from './vector-argument.ts';
import { vectorIndexStatistics } from './vector-index.ts';
import { cosineSimilarity, dotProduct, euclideanDistance, magnitude } from './vector-math.ts';

const vector = (name: string): Parameter => ({ name, type: 'array' });

type Metric = (left: readonly number[], right: readonly number[]) => number;

const metrics: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ['cosine', cosineDistance],
  ['dot', dotProduct],
]);

/** 1 minus the similarity; 0 where one of the vectors has no direction. */
function cosineDistance(left: readonly number[], right: readonly number[]): number {
  return magnitude(left) === 0 || magnitude(right) === 0 ? 0 : 1 - cosineSimilarity(left, right);
}

/** Functions of vectors: arrays of numbers. */
export const vectorFunctions: readonly FunctionDefinition[] = [
  {
    name: 'VECTOR_SIMILARITY',
    category: 'vector',
    parameters: [vector('first'), vector('second')],
    summary: 'The cosine of the angle between two vectors of one length; 0 when one of them is all zeros.',
    examples: [
      { expression: 'ROUND(VECTOR_SIMILARITY([1, 2, 3], [4, 5, 6]), 5)', result: 0.97463 },
      { expression: 'VECTOR_SIMILARITY([0, 0], [1, 0])', result: 0 },
    ],
    evaluate: (_context: FunctionContext, left: Value[], right: Value[]) =>
      finite('VECTOR_SIMILARITY', cosineSimilarity(...vectorPair('VECTOR_SIMILARITY', left, right))),
  },
  {
    name: 'VECTOR_DISTANCE',
    category: 'vector',
    parameters: [vector('first'), vector('second'), { name: 'metric', type: 'string', optional: true }],
    summary:
      'The distance of two vectors of one length: by the metric `cosine` 1 minus the similarity (0 for a vector of zeros), by `dot` the dot product, by any other the Euclidean one.',
    examples: [
      { expression: 'VECTOR_DISTANCE([0, 0], [3, 4])', result: 5 },
      { expression: "VECTOR_DISTANCE([1, 2], [3, 4], 'dot')", result: 11 },
    ],
    evaluate: (_context: FunctionContext, left: Value[], right: Value[], metricName = 'euclidean') => {
      const metric = metrics.get(metricName.toLowerCase()) ?? euclideanDistance;
      return finite('VECTOR_DISTANCE', metric(...vectorPair('VECTOR_DISTANCE', left, right)));
    },
  },
  {
    name: 'VECTOR_NORMALIZE',
    category: 'vector',
    parameters: [vector('vector')],
    summary: 'The vector of length 1 with the same direction; an error for a vector of zeros.',
    examples: [{ expression: 'VECTOR_NORMALIZE([3, 4])', result: [0.6, 0.8] }],
    evaluate: (_context: FunctionContext, values: Value[]) => {
      const components = vectorArgument('VECTOR_NORMALIZE', 1, values);
      const length = finite('VECTOR_NORMALIZE', magnitude(components));
      if (length === 0) throw new FunctionError('VECTOR_NORMALIZE', 'a vector of zeros has no direction');
      return components.map((component) => component / length + 0);
    },
  },
  {
    name: 'VECTOR_INDEX_STATS',
    category: 'vector',
    parameters: [
      { name: 'collection', type: 'string' },
      { name: 'index', type: 'string' },
    ],
    nulls: 'pass',
    pure: false,
    summary: 'What a vector index holds: its field, dimension, metric, how many vectors and their size in memory.',
    examples: [],
    evaluate: (context: FunctionContext, collection: string, index: string) =>
      vectorIndexStatistics(context, collection, index),
  },
];
