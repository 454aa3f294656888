/** Text in capitals, without accents; `ß` becomes `SS` and `Æ` `AE`. */
export function foldLetters(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/Æ/g, 'AE')
    .replace(/Œ/g, 'OE')
    .replace(/Ø/g, 'O')
    .replace(/Ł/g, 'L')
    .replace(/Đ/g, 'D');
}

/** The letters A to Z of a text, in capitals. */
export function latinLetters(text: string): string {
  return foldLetters(text).replace(/[^A-Z]/g, '');
}
