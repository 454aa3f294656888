import anyAscii from 'any-ascii';

/**
 * Letters and signs that are written here as S. Burke's Text::Unidecode writes them, whose words addresses have had
 * for twenty years; small letters.
 */
const UNIDECODED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ ё: 'io', й: 'i', ю: 'iu', я: 'ia', ї: 'yi', ћ: 'tsh', ќ: 'kj', ѓ: 'gj' },
    ...{ β: 'b', η: 'e', ή: 'e', υ: 'u', ύ: 'u', ϋ: 'u', ΰ: 'u', φ: 'ph', χ: 'kh' },
    ...{ '£': 'ps', '¥': 'y-', '¢': 'c-', '§': 'ss', '×': 'x' },
  }),
);

/** A text as a part of an address: plain small letters and digits, one `-` for each run of anything else. */
export function slugify(text: string): string {
  return [...text]
    .map((letter) => UNIDECODED.get(letter.toLowerCase()) ?? transliterate(letter))
    .join('')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Chinese characters and pictures end a word, in Latin letters too. */
function transliterate(letter: string): string {
  const latin = anyAscii(letter);
  const picture = /^:(.+):$/.exec(latin)?.[1];
  return picture !== undefined || /\p{Script=Han}/u.test(letter) ? `${picture ?? latin} ` : latin;
}
