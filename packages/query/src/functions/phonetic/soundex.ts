const DIGIT_GROUPS: Readonly<Record<string, string>> = { BFPV: '1', CGJKQSXZ: '2', DT: '3', L: '4', MN: '5', R: '6' };

const DIGITS: ReadonlyMap<string, string> = new Map(
  Object.entries(DIGIT_GROUPS).flatMap(([letters, digit]) => [...letters].map((letter) => [letter, digit] as const)),
);

const CODE_LENGTH = 4;

/**
 * American Soundex as the National Archives of the United States use it (R. Russell and M. Odell, 1918): a letter and
 * three digits. Letters with one digit count once, also with H or W between them; a vowel keeps them apart.
 *
 * @param letters capitals A to Z
 * @example soundex('ASHCRAFT') // 'A261'
 */
export function soundex(letters: string): string {
  if (letters === '') return '';
  let code = letters[0];
  let last = DIGITS.get(letters[0]);
  for (const letter of letters.slice(1)) {
    if (letter === 'H' || letter === 'W') continue;
    const digit = DIGITS.get(letter);
    if (digit !== undefined && digit !== last) code += digit;
    last = digit;
  }
  return code.slice(0, CODE_LENGTH).padEnd(CODE_LENGTH, '0');
}
