/** Characters with the Unicode property White_Space, which JavaScript's `\s` and `trim` are not quite. */
const WHITE_SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const LEADING = new RegExp(`^[${WHITE_SPACE}]+`);
const RUN = new RegExp(`[${WHITE_SPACE}]+`);
const ONE = new RegExp(`^[${WHITE_SPACE}]$`);

/** Text without the white space at its start. */
export function trimStart(text: string): string {
  return text.replace(LEADING, '');
}

/** Text without the white space at its end. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isWhiteSpace(text[end - 1])) end--;
  return text.slice(0, end);
}

/** Text without the white space at both ends. */
export function trim(text: string): string {
  return trimEnd(trimStart(text));
}

/** Whether a character is white space. */
export function isWhiteSpace(character: string): boolean {
  return ONE.test(character);
}

/** The runs of other characters. */
export function splitWords(text: string): string[] {
  return text.split(RUN).filter((word) => word !== '');
}
