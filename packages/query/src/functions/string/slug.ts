import anyAscii from 'any-ascii';

/** A text as a part of an address: plain small letters and digits, one `-` for each run of anything else. */
export function slugify(text: string): string {
  return [...text]
    .map(transliterate)
    .join('')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Chinese characters are words of their own, in Latin letters too. */
function transliterate(letter: string): string {
  return /\p{Script=Han}/u.test(letter) ? ` ${anyAscii(letter)} ` : anyAscii(letter);
}
