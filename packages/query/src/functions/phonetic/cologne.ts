import { latinLetters } from './fold.ts';

const SIMPLE_CODES: ReadonlyMap<string, string> = new Map(
  [
    ['AEIJOUY', '0'],
    ['B', '1'],
    ['FVW', '3'],
    ['GKQ', '4'],
    ['L', '5'],
    ['MN', '6'],
    ['R', '7'],
    ['SZ', '8'],
    ['H', ''],
  ].flatMap(([letters, code]) => [...letters].map((letter) => [letter, code] as const)),
);

/** The digits of one letter, which may depend on its neighbours ('' beyond the ends). */
function codeOf(letter: string, before: string, after: string): string {
  const follows = (letters: string) => after !== '' && letters.includes(after);
  switch (letter) {
    case 'P':
      return after === 'H' ? '3' : '1';
    case 'D':
    case 'T':
      return follows('CSZ') ? '8' : '2';
    case 'X':
      return before !== '' && 'CKQ'.includes(before) ? '8' : '48';
    case 'C':
      if (before === '') return follows('AHKLOQRUX') ? '4' : '8';
      return !'SZ'.includes(before) && follows('AHKOQUX') ? '4' : '8';
    default:
      return SIMPLE_CODES.get(letter) ?? '';
  }
}

/**
 * Kölner Phonetik: H. J. Postel, "Die Kölner Phonetik", IBM-Nachrichten 19 (1969). Digits for the sounds of a German
 * word; equal neighbours count once, vowels only at the beginning.
 *
 * @example cologne('Wikipedia') // '3412'
 */
export function cologne(text: string): string {
  const letters = latinLetters(text);
  let digits = '';
  for (let index = 0; index < letters.length; index++) {
    digits += codeOf(letters[index], letters[index - 1] ?? '', letters[index + 1] ?? '');
  }
  const single = digits.replace(/(\d)\1+/g, '$1');
  return single.slice(0, 1) + single.slice(1).replace(/0/g, '');
}
