import { doubleMetaphone as encode } from 'double-metaphone';

/** Characters of a code, as its author has it. */
const CODE_LENGTH = 4;

/**
 * Double Metaphone: L. Philips, "The double metaphone search algorithm", C/C++ Users Journal 18 (2000). The primary
 * and the secondary code, at most four characters each; without an alternative the second repeats the first.
 *
 * @example doubleMetaphone('Garcia') // ['KRS', 'KRX']
 */
export function doubleMetaphone(word: string): [string, string] {
  // The library takes CIA and OGY for other sounds than the article, which has those of CIO and OGI for them.
  const written = word.replace(/(?<!c)cia/gi, 'cio').replace(/ogy/gi, 'ogi');
  const [primary, secondary] = encode(written);
  return [primary.slice(0, CODE_LENGTH), secondary.slice(0, CODE_LENGTH)];
}
