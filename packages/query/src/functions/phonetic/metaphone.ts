import { latinLetters } from './fold.ts';

/** Initial pairs of which the first letter is silent. */
const SILENT_STARTS = /^(?:KN|GN|PN|AE|WR)/;

const isVowel = (letter: string | undefined) => letter !== undefined && 'AEIOU'.includes(letter);
const isFront = (letter: string | undefined) => letter !== undefined && 'IEY'.includes(letter);

/** A sound and how many letters it took. */
type Sound = readonly [sound: string, letters: number];

/** The sound of a consonant, seen with the letters before and after it. */
function soundAt(word: string, index: number): Sound {
  const [before, letter, after, second] = [word[index - 1], word[index], word[index + 1], word[index + 2]];
  switch (letter) {
    case 'B':
      return [before === 'M' && after === undefined ? '' : 'B', 1];
    case 'C':
      return after === 'H' ? ['X', 2] : [isFront(after) ? 'S' : 'K', 1];
    case 'D':
      return after === 'G' && isFront(second) ? ['J', 2] : ['T', 1];
    case 'G':
      if (after === 'H') return [second === 'T' ? '' : 'F', 2];
      if (after === 'N') return ['', 1];
      return [isFront(after) ? 'J' : 'K', 1];
    case 'H':
      return [!isVowel(before) && isVowel(after) ? 'H' : '', 1];
    case 'K':
      return [before === 'C' ? '' : 'K', 1];
    case 'P':
      return after === 'H' ? ['F', 2] : ['P', 1];
    case 'Q':
      return ['K', 1];
    case 'S':
    case 'T':
      return sibilantAt(letter, after, second);
    case 'V':
      return ['F', 1];
    case 'W':
    case 'Y':
      return [isVowel(after) ? letter : '', 1];
    case 'X':
      return [index === 0 ? 'S' : 'KS', 1];
    case 'Z':
      return ['S', 1];
    default:
      return [letter, 1];
  }
}

/** S and T: hushed before IO and IA, and with an H of their own. */
function sibilantAt(letter: 'S' | 'T', after: string | undefined, second: string | undefined): Sound {
  if (after === 'H') return [letter === 'S' ? 'X' : '0', 2];
  return [after === 'I' && (second === 'O' || second === 'A') ? 'X' : letter, 1];
}

/**
 * Metaphone after L. Philips, "Hanging on the Metaphone", Computer Language 7 (1990): the consonants of an English
 * word as they sound; `0` stands for TH, `X` for SH. Vowels stay only at the beginning.
 *
 * @example metaphone('Knight') // 'NT'
 */
export function metaphone(text: string): string {
  const letters = latinLetters(text);
  const word = SILENT_STARTS.test(letters) ? letters.slice(1) : letters;
  let code = '';
  for (let index = 0; index < word.length; ) {
    const letter = word[index];
    const doubled = letter === word[index - 1] && letter !== 'C';
    const [sound, length]: Sound = isVowel(letter) ? [index === 0 ? letter : '', 1] : soundAt(word, index);
    code += doubled ? '' : sound;
    index += doubled ? 1 : length;
  }
  return code;
}
