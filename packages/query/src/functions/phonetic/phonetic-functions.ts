import type { FunctionContext, FunctionDefinition, Parameter } from '../definition.ts';
import { caverphone } from './caverphone.ts';
import { cologne } from './cologne.ts';
import { doubleMetaphone } from './double-metaphone.ts';
import { isSoundexLanguage, languageSoundex, type SoundexLanguage } from './language-soundex.ts';
import { metaphone } from './metaphone.ts';
import { nysiis } from './nysiis.ts';
import { soundex } from './soundex.ts';

const text: Parameter = { name: 'text', type: 'string' };

function phonetic(
  name: string,
  encode: (word: string) => string,
  summary: string,
  examples: Readonly<Record<string, string>>,
  aliases?: readonly string[],
): FunctionDefinition {
  return {
    name,
    aliases,
    category: 'phonetic',
    parameters: [text],
    summary,
    examples: Object.entries(examples).map(([word, result]) => ({ expression: `${name}('${word}')`, result })),
    evaluate: (_context: FunctionContext, word: string) => encode(word),
  };
}

function ofLanguage(language: SoundexLanguage, name: string, examples: Readonly<Record<string, string>>) {
  return phonetic(
    `SOUNDEX_${language.toUpperCase()}`,
    (word) => languageSoundex(word, language),
    `A letter and three digits for the sound of a ${name} name, so that its spellings agree.`,
    examples,
  );
}

function localSoundex(word: string, locale: string): string {
  if (locale === 'de') return cologne(word);
  return isSoundexLanguage(locale) ? languageSoundex(word, locale) : soundex(word.toUpperCase().replace(/[^A-Z]/g, ''));
}

/** Functions that give words which sound alike one code. */
export const phoneticFunctions: readonly FunctionDefinition[] = [
  {
    name: 'SOUNDEX',
    category: 'phonetic',
    parameters: [text, { name: 'locale', type: 'string', optional: true }],
    summary:
      'The American Soundex code of a name; with the locale de its Kölner Phonetik, with fr, es, it, pt, nl, el or ja the code of SOUNDEX_FR and so on. Other letters than A to Z do not count.',
    examples: [
      { expression: "SOUNDEX('Robert')", result: 'R163' },
      { expression: "SOUNDEX('Ashcraft')", result: 'A261' },
      { expression: "SOUNDEX('Meyer', 'de')", result: '67' },
    ],
    evaluate: (_context: FunctionContext, word: string, locale = 'en') => localSoundex(word, locale),
  },
  phonetic('METAPHONE', metaphone, 'The Metaphone code of an English word; 0 stands for TH, X for SH.', {
    Knight: 'NT',
    Thumb: '0M',
  }),
  {
    name: 'DOUBLE_METAPHONE',
    category: 'phonetic',
    parameters: [text],
    summary: 'The primary and the secondary Double Metaphone code of a word, at most 4 characters each.',
    examples: [{ expression: "DOUBLE_METAPHONE('Schmidt')", result: ['XMT', 'SMT'] }],
    evaluate: (_context: FunctionContext, word: string) => doubleMetaphone(word),
  },
  phonetic('COLOGNE', cologne, 'The Kölner Phonetik code of a German word.', { Wikipedia: '3412', Müller: '657' }, [
    'COLOGNE_PHONETIC',
  ]),
  phonetic('CAVERPHONE', caverphone, 'The Caverphone 2 code of a name, ten characters.', { Thompson: 'TMPSN11111' }),
  phonetic('NYSIIS', nysiis, 'The NYSIIS code of a name.', { Johnson: 'JANSAN', Knight: 'NAGT' }),
  ofLanguage('fr', 'French', { Dupont: 'D150', Dupond: 'D150' }),
  ofLanguage('es', 'Spanish', { González: 'G524', Gonzales: 'G524' }),
  ofLanguage('it', 'Italian', { Chiara: 'K600', Kiara: 'K600' }),
  ofLanguage('pt', 'Portuguese', { Souza: 'S200', Sousa: 'S200' }),
  ofLanguage('nl', 'Dutch', { Meijer: 'M600', Meyer: 'M600' }),
  ofLanguage('el', 'Greek', { Παπαδόπουλος: 'P131', Papadopoulos: 'P131' }),
  ofLanguage('ja', 'Japanese', { たなか: 'T520', タナカ: 'T520', Tanaka: 'T520' }),
];
