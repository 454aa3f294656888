/**
 * With which characters a kind of token may begin: the lexer tries the others no further. Characters beyond Latin-1 are told
 * apart in buckets, so that one stands for all of its bucket.
 */
export const START_CHARACTERS = {
  letters: [...codesBetween(65, 90), 95, ...codesBetween(97, 122), ...codesBetween(128, 255), ...beyondLatin1()],
  digits: codesBetween(48, 57),
  /** Digits, and what other scripts have for them. */
  anyDigits: [...codesBetween(48, 57), ...codesBetween(128, 255), ...beyondLatin1()],
  all: [...codesBetween(0, 255), ...beyondLatin1()],
};

/** One character for each bucket. */
function beyondLatin1(): number[] {
  return Array.from({ length: 258 }, (_, bucket) => Math.min(256 + bucket * 255, 0xffff));
}

function codesBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
