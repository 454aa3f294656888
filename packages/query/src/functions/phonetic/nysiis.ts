import { latinLetters } from './fold.ts';

const STARTS: readonly (readonly [RegExp, string])[] = [
  [/^MAC/, 'MCC'],
  [/^KN/, 'NN'],
  [/^K/, 'C'],
  [/^P[HF]/, 'FF'],
  [/^SCH/, 'SSS'],
];

const isVowel = (letter: string | undefined) => letter !== undefined && 'AEIOU'.includes(letter);

/** What stands in the place of the letters from `index` on; as long as the letters it replaces. */
function translate(letters: readonly string[], index: number): string {
  const rest = letters.slice(index, index + 3).join('');
  if (rest.startsWith('EV')) return 'AF';
  if (isVowel(rest[0])) return 'A';
  if (rest[0] === 'Q') return 'G';
  if (rest[0] === 'Z') return 'S';
  if (rest[0] === 'M') return 'N';
  if (rest.startsWith('KN')) return 'NN';
  if (rest[0] === 'K') return 'C';
  if (rest.startsWith('SCH')) return 'SSS';
  if (rest.startsWith('PH')) return 'FF';
  const before = letters[index - 1];
  if (rest[0] === 'H' && !(isVowel(before) && isVowel(rest[1]))) return before;
  if (rest[0] === 'W' && isVowel(before)) return before;
  return rest[0];
}

/**
 * The phonetic code of the New York State Identification and Intelligence System (R. Taft, "Name Search Techniques",
 * 1970), of whatever length.
 *
 * @example nysiis('Johnson') // 'JANSAN'
 */
export function nysiis(text: string): string {
  const started = STARTS.reduce((word, [pattern, sound]) => word.replace(pattern, sound), latinLetters(text));
  const letters = [...started.replace(/(?:EE|IE)$/, 'Y').replace(/(?:DT|RT|RD|NT|ND)$/, 'D')];
  const kept = letters.slice(0, 1);
  for (let index = 1; index < letters.length; index++) {
    const sound = translate(letters, index);
    for (let offset = 0; offset < sound.length; offset++) letters[index + offset] = sound[offset];
    if (letters[index] !== kept.at(-1)) kept.push(letters[index]);
  }
  return kept
    .join('')
    .replace(/(?<=.)S$/, '')
    .replace(/AY$/, 'Y')
    .replace(/(?<=.)A$/, '');
}
