import { latinLetters } from './fold.ts';

const CODE_LENGTH = 10;

/** The published rules in their order; capitals are sounds that are settled, 2 and 3 stand for silence and vowels. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/e$/, ''],
  [/^cough/, 'cou2f'],
  [/^rough/, 'rou2f'],
  [/^tough/, 'tou2f'],
  [/^enough/, 'enou2f'],
  [/^trough/, 'trou2f'],
  [/^gn/, '2n'],
  [/mb$/, 'm2'],
  [/cq/g, '2q'],
  [/ci/g, 'si'],
  [/ce/g, 'se'],
  [/cy/g, 'sy'],
  [/tch/g, '2ch'],
  [/[cqx]/g, 'k'],
  [/v/g, 'f'],
  [/dg/g, '2g'],
  [/tio/g, 'sio'],
  [/tia/g, 'sia'],
  [/d/g, 't'],
  [/ph/g, 'fh'],
  [/b/g, 'p'],
  [/sh/g, 's2'],
  [/z/g, 's'],
  [/^[aeiou]/, 'A'],
  [/[aeiou]/g, '3'],
  [/j/g, 'y'],
  [/^y3/, 'Y3'],
  [/^y/, 'A'],
  [/y/g, '3'],
  [/3gh3/g, '3kh3'],
  [/gh/g, '22'],
  [/g/g, 'k'],
  [/s+/g, 'S'],
  [/t+/g, 'T'],
  [/p+/g, 'P'],
  [/k+/g, 'K'],
  [/f+/g, 'F'],
  [/m+/g, 'M'],
  [/n+/g, 'N'],
  [/w3/g, 'W3'],
  [/wh3/g, 'Wh3'],
  [/w$/, '3'],
  [/w/g, '2'],
  [/^h/, 'A'],
  [/h/g, '2'],
  [/r3/g, 'R3'],
  [/r$/, '3'],
  [/r/g, '2'],
  [/l3/g, 'L3'],
  [/l$/, '3'],
  [/l/g, '2'],
  [/2/g, ''],
  [/3$/, 'A'],
  [/3/g, ''],
];

/**
 * Caverphone 2.0: D. Hood, "Caverphone Revisited", Caversham Project technical paper CTP150804 (2004). Ten characters.
 *
 * @example caverphone('Thompson') // 'TMPSN11111'
 */
export function caverphone(text: string): string {
  const sounds = RULES.reduce(
    (word, [pattern, sound]) => word.replace(pattern, sound),
    latinLetters(text).toLowerCase(),
  );
  return sounds.slice(0, CODE_LENGTH).padEnd(CODE_LENGTH, '1');
}
