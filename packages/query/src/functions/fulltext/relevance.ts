import { wordsOf } from './words.ts';

/**
 * Constants of Okapi BM25 as S. Robertson and H. Zaragoza give them ("The probabilistic relevance framework", 2009).
 * A lone text has no collection around it, so every term weighs the same and an ordinary length is assumed.
 */
const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;
const ORDINARY_WORDS = 100;

/** How well a text answers a query: 0 without a common word, more the more of the query's words it has, and the oftener. */
export function bm25(text: string, query: string): number {
  const words = wordsOf(text);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const damping = SATURATION * (1 - LENGTH_WEIGHT + (LENGTH_WEIGHT * words.length) / ORDINARY_WORDS);
  let score = 0;
  for (const term of new Set(wordsOf(query))) {
    const count = counts.get(term) ?? 0;
    score += (count * (SATURATION + 1)) / (count + damping);
  }
  return score;
}
