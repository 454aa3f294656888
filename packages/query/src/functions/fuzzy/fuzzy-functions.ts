import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { editDistance, FUZZY_DISTANCE, isWithinEditDistance } from './edit-distance.ts';
import { trigramSimilarity } from './trigram-similarity.ts';

const first: Parameter = { name: 'first', type: 'string' };
const second: Parameter = { name: 'second', type: 'string' };

/** Functions that compare texts by how alike they are written. */
export const fuzzyFunctions: readonly FunctionDefinition[] = [
  {
    name: 'LEVENSHTEIN',
    category: 'fuzzy',
    parameters: [first, second],
    summary: 'How many insertions, deletions and replacements of code points make one text the other.',
    examples: [{ expression: "LEVENSHTEIN('kitten', 'sitting')", result: 3 }],
    evaluate: (context: FunctionContext, left: string, right: string) =>
      editDistance(left, right, () => context.checkpoint()),
  },
  {
    name: 'SIMILARITY',
    category: 'fuzzy',
    parameters: [first, second],
    summary: 'The share of the trigrams of two texts that both have, 0 to 1; case and punctuation do not count.',
    examples: [
      { expression: "SIMILARITY('hello', 'hallo')", result: 0.2 },
      { expression: "SIMILARITY('', '')", result: 1 },
    ],
    evaluate: (_context: FunctionContext, left: string, right: string) => trigramSimilarity(left, right),
  },
  {
    name: 'FUZZY_MATCH',
    category: 'fuzzy',
    parameters: [
      { name: 'text', type: 'string' },
      { name: 'pattern', type: 'string' },
      { name: 'maxDistance', type: 'integer', optional: true },
    ],
    summary: `Whether two texts are at most so many edits apart, ${FUZZY_DISTANCE} unless told otherwise.`,
    examples: [
      { expression: "FUZZY_MATCH('hello', 'hallo', 1)", result: true },
      { expression: "FUZZY_MATCH('a', 'zzz')", result: false },
    ],
    evaluate: (context: FunctionContext, text: string, pattern: string, distanceMax = FUZZY_DISTANCE) =>
      isWithinEditDistance(text, pattern, distanceMax, () => context.checkpoint()),
  },
];
