/** Katakana in the order of Unicode from U+30A1 on, written in Hepburn romanisation; `-` doubles the next consonant. */
const ROMANIZATION = `
  a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi ji su zu se ze so zo ta da chi ji - tsu zu te de to do
  na ni nu ne no ha ba pa hi bi pi fu bu pu he be pe ho bo po ma mi mu me mo ya ya yu yu yo yo ra ri ru re ro
  wa wa i e o n vu`
  .trim()
  .split(/\s+/);

const FIRST_KATAKANA = 0x30a1;
const FIRST_HIRAGANA = 0x3041;
const LAST_HIRAGANA = 0x3096;

/** Text with its kana in Latin letters. Long vowels and doubled consonants are written once. */
export function kanaToLatin(text: string): string {
  return [...text.normalize('NFC')].map(romanize).join('');
}

function romanize(letter: string): string {
  const code = letter.codePointAt(0)!;
  const offset = code >= FIRST_HIRAGANA && code <= LAST_HIRAGANA ? code - FIRST_HIRAGANA : code - FIRST_KATAKANA;
  const latin = ROMANIZATION[offset];
  if (latin === undefined) return letter;
  return latin === '-' ? '' : latin;
}
