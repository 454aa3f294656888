import { foldLetters } from './fold.ts';
import { kanaToLatin } from './kana.ts';
import { soundex } from './soundex.ts';

/** Spellings of one sound and what is written for it, applied in order to capitals without accents. */
type Spellings = readonly (readonly [RegExp, string])[];

const FRENCH: Spellings = [
  [/PH/g, 'F'],
  [/QU?/g, 'K'],
  [/SC(?=[EIY])/g, 'S'],
  [/CH/g, 'J'],
  [/C(?=[EIY])/g, 'S'],
  [/C/g, 'K'],
  [/GE(?=[AOU])/g, 'J'],
  [/G(?=[EIY])/g, 'J'],
  [/GN/g, 'N'],
  [/H/g, ''],
  [/Y/g, 'I'],
  // Final consonants that are not heard, and the E and S after others.
  [/(?<=..)(?:E?S|E)$/, ''],
  [/(?<=..)[DTSXZP]+$/, ''],
];

const SPANISH: Spellings = [
  [/CH/g, 'X'],
  [/H/g, ''],
  [/LL/g, 'Y'],
  [/QU/g, 'K'],
  [/G(?=[EI])/g, 'J'],
  [/^X/, 'J'],
  [/C(?=[EI])/g, 'S'],
  [/Z/g, 'S'],
  [/C/g, 'K'],
  [/V/g, 'B'],
  [/W/g, 'U'],
];

const ITALIAN: Spellings = [
  [/CH(?=[EI])/g, 'K'],
  [/GH(?=[EI])/g, 'G'],
  [/GLI/g, 'LI'],
  [/GN/g, 'N'],
  [/SC(?=[EI])/g, 'S'],
  [/C(?=[EI])/g, 'S'],
  [/G(?=[EI])/g, 'J'],
  [/QU/g, 'K'],
  [/C/g, 'K'],
  [/H/g, ''],
  [/Y/g, 'I'],
];

const PORTUGUESE: Spellings = [
  [/LH/g, 'L'],
  [/NH/g, 'N'],
  [/PH/g, 'F'],
  [/TH/g, 'T'],
  [/CH/g, 'X'],
  [/H/g, ''],
  [/QU/g, 'K'],
  [/C(?=[EIY])/g, 'S'],
  [/G(?=[EIY])/g, 'J'],
  [/C/g, 'K'],
  [/Z/g, 'S'],
  [/Y/g, 'I'],
  [/W/g, 'V'],
];

const DUTCH: Spellings = [
  [/IJ|EIJ|EY|Y/g, 'EI'],
  [/SCH/g, 'S'],
  [/PH/g, 'F'],
  [/TH/g, 'T'],
  [/CK/g, 'K'],
  [/CH/g, 'G'],
  [/QU/g, 'KW'],
  [/C(?=[EIY])/g, 'S'],
  [/C/g, 'K'],
  [/X/g, 'KS'],
  [/Z/g, 'S'],
  [/V/g, 'F'],
  // Hard at the end of a word.
  [/D(?=T?$)/, 'T'],
];

const GREEK: Spellings = [
  [/ΟΥ/g, 'U'],
  [/ΑΥ/g, 'AV'],
  [/ΕΥ/g, 'EV'],
  [/ΜΠ/g, 'B'],
  [/ΝΤ/g, 'D'],
  [/ΓΚ/g, 'G'],
  [/ΓΓ/g, 'NG'],
  [/Θ/g, 'T'],
  [/Φ/g, 'F'],
  [/Χ/g, 'H'],
  [/Ψ/g, 'PS'],
  [/Ξ/g, 'KS'],
  [/Σ/g, 'S'],
  [/[ΗΙΥ]/g, 'I'],
  [/[ΟΩ]/g, 'O'],
  [/Α/g, 'A'],
  [/Β/g, 'V'],
  [/Γ/g, 'G'],
  [/Δ/g, 'D'],
  [/Ε/g, 'E'],
  [/Ζ/g, 'Z'],
  [/Κ/g, 'K'],
  [/Λ/g, 'L'],
  [/Μ/g, 'M'],
  [/Ν/g, 'N'],
  [/Π/g, 'P'],
  [/Ρ/g, 'R'],
  [/Τ/g, 'T'],
  // Names that are already written in Latin letters.
  [/PH/g, 'F'],
  [/TH/g, 'T'],
  [/CH/g, 'H'],
  [/X/g, 'KS'],
  [/C/g, 'K'],
];

const JAPANESE: Spellings = [
  [/SH/g, 'S'],
  [/CH/g, 'T'],
  [/TS/g, 'T'],
  [/J/g, 'Z'],
  [/F/g, 'H'],
  [/L/g, 'R'],
];

/** Languages with spellings of their own, by their ISO 639 code. */
export type SoundexLanguage = 'fr' | 'es' | 'it' | 'pt' | 'nl' | 'el' | 'ja';

const LANGUAGES: Readonly<Record<SoundexLanguage, Spellings>> = {
  fr: FRENCH,
  es: SPANISH,
  it: ITALIAN,
  pt: PORTUGUESE,
  nl: DUTCH,
  el: GREEK,
  ja: JAPANESE,
};

/** Whether a language has spellings of its own. */
export function isSoundexLanguage(language: string): language is SoundexLanguage {
  return Object.hasOwn(LANGUAGES, language);
}

/**
 * Soundex after the spellings of a language's sounds have been made one: a letter and three digits, so that the
 * spellings of one name agree.
 *
 * @example languageSoundex('Dupont', 'fr') === languageSoundex('Dupond', 'fr')
 */
export function languageSoundex(text: string, language: SoundexLanguage): string {
  // A cedilla is a sound, not an accent.
  const latin = language === 'ja' ? kanaToLatin(text) : text.replace(/[çÇ]/g, 's');
  const written = LANGUAGES[language].reduce(
    (word, [pattern, sound]) => word.replace(pattern, sound),
    foldLetters(latin),
  );
  return soundex(written.replace(/[^A-Z]/g, ''));
}
