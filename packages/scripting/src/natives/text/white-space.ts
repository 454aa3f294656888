/** Characters with the Unicode property White_Space, which JavaScript's `\s` is not quite. */
const WHITE_SPACE = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const ONE = new RegExp(`[${WHITE_SPACE}]`);
const RUN = new RegExp(`[${WHITE_SPACE}]+`);

/** Text without the white space at both ends. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ONE.test(text[start])) start++;
  while (end > start && ONE.test(text[end - 1])) end--;
  return text.slice(start, end);
}

/** Trimmed, and one blank for each run of white space inside. */
export function collapseWhiteSpace(text: string): string {
  return words(text).join(' ');
}

/** The runs of other characters. */
export function words(text: string): string[] {
  return text.split(RUN).filter((word) => word !== '');
}
