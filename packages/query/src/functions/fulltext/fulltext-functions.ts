import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { FunctionContext, FunctionDefinition } from '../definition.ts';
import { localCollection } from '../document/local-collection.ts';
import { FunctionError } from '../function-error.ts';
import { FUNCTION_LIMITS } from '../limits.ts';
import { describeValue } from '../signature.ts';
import { vectorArgument } from '../vector/vector-argument.ts';
import { highlight } from './highlight.ts';
import { searchHybrid } from './hybrid-search.ts';
import { bm25 } from './relevance.ts';
import { searchText } from './text-search.ts';

function termsArgument(value: string | Value[]): string[] {
  const terms = typeof value === 'string' ? [value] : value;
  const odd = terms.find((term) => typeof term !== 'string');
  if (odd === undefined) return terms as string[];
  throw new FunctionError('HIGHLIGHT', `argument 2 (terms) must hold only strings, got ${describeValue(odd)}`);
}

/** Functions that search and rank text. */
export const fulltextFunctions: readonly FunctionDefinition[] = [
  {
    name: 'FULLTEXT',
    category: 'fulltext',
    parameters: [
      { name: 'collection', type: 'string' },
      { name: 'field', type: 'string' },
      { name: 'query', type: 'string' },
      { name: 'maxDistance', type: 'integer', optional: true },
    ],
    nulls: 'pass',
    pure: false,
    summary:
      'Documents with a word of the query in a field that has a full-text index, best first: `{doc, matched, score}`. Words at most `maxDistance` (2) edits away match too.',
    examples: [],
    evaluate: (context: FunctionContext, name: string, field: string, text: string, distanceMax = 2) => {
      const collection = localCollection(context, name);
      return searchText(context, { collection, field, text, distanceMax })
        .slice(0, FUNCTION_LIMITS.fulltextHitsMax)
        .map(({ document, matched, score }) => ({ doc: document, matched: [...matched], score }));
    },
  },
  {
    name: 'BM25',
    category: 'fulltext',
    parameters: [
      { name: 'text', type: 'string' },
      { name: 'query', type: 'string' },
    ],
    summary: 'How well a text answers a query; 0 when they have no word in common.',
    examples: [
      { expression: "BM25('the quick brown fox', 'cat')", result: 0 },
      { expression: "BM25('fox fox', 'fox') > BM25('fox dog', 'fox')", result: true },
    ],
    evaluate: (_context: FunctionContext, text: string, query: string) => bm25(text, query),
  },
  {
    name: 'HYBRID_SEARCH',
    category: 'fulltext',
    parameters: [
      { name: 'collection', type: 'string' },
      { name: 'vectorIndex', type: 'string' },
      { name: 'field', type: 'string' },
      { name: 'vector', type: 'array' },
      { name: 'text', type: 'string' },
      { name: 'options', type: 'object', optional: true },
    ],
    nulls: 'pass',
    pure: false,
    summary:
      'Documents near a vector and with words of a text: `{doc, score, vector_score?, text_score?, sources}`. Options: `vector_weight` (0.5), `text_weight` (0.5), `limit` (10), `fusion` (`weighted` or `rrf`).',
    examples: [],
    evaluate: (
      context: FunctionContext,
      collection: string,
      vectorIndex: string,
      field: string,
      vector: Value[],
      text: string,
      options: ValueObject = {},
    ) =>
      searchHybrid(context, {
        collection,
        vectorIndex,
        field,
        vector: vectorArgument('HYBRID_SEARCH', 4, vector),
        text,
        options,
      }),
  },
  {
    name: 'HIGHLIGHT',
    category: 'fulltext',
    parameters: [
      { name: 'text', type: 'string' },
      { name: 'terms', type: ['string', 'array'] },
    ],
    summary: 'The text with `<b>` and `</b>` around every hit of one or more terms, whatever their case.',
    examples: [
      { expression: "HIGHLIGHT('Foo bar', ['foo', 'bar'])", result: '<b>Foo</b> <b>bar</b>' },
      { expression: "HIGHLIGHT('abc', '')", result: 'abc' },
    ],
    evaluate: (_context: FunctionContext, text: string, terms: string | Value[]) =>
      highlight(text, termsArgument(terms)),
  },
];
