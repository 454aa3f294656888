/** Bytes that a word must have to be searched for: shorter ones stand in nearly every text. */
const WORD_BYTES_MIN = 3;

/** The words of a text in lower case: runs of letters, marks and digits. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** The words of a text that a full-text search looks at. */
export function searchWordsOf(text: string): string[] {
  return wordsOf(text).filter((word) => word.length >= WORD_BYTES_MIN || Buffer.byteLength(word) >= WORD_BYTES_MIN);
}
