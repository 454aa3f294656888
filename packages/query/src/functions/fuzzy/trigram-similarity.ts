const GRAM_LENGTH = 3;

/** The share of trigrams that two texts have in common (P. Jaccard's index): 1 for equal texts, 0 for nothing alike. */
export function trigramSimilarity(left: string, right: string): number {
  const leftGrams = trigrams(left);
  const rightGrams = trigrams(right);
  if (leftGrams.size === 0 && rightGrams.size === 0) return 1;
  const shared = [...leftGrams].filter((gram) => rightGrams.has(gram)).length;
  return shared / (leftGrams.size + rightGrams.size - shared);
}

/** The different trigrams of a text in small letters without punctuation; a shorter text is one gram. */
function trigrams(text: string): Set<string> {
  const plain = text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = [...plain];
  if (letters.length === 0) return new Set();
  if (letters.length < GRAM_LENGTH) return new Set([plain]);
  return new Set(letters.slice(GRAM_LENGTH - 1).map((_, index) => letters.slice(index, index + GRAM_LENGTH).join('')));
}
