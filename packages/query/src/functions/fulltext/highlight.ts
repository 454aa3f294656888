/** Puts `<b>` and `</b>` around every hit of a term, whatever its case; of terms that overlap the longest counts. */
export function highlight(text: string, terms: readonly string[]): string {
  const wanted = terms.filter((term) => term !== '').sort((left, right) => right.length - left.length);
  if (wanted.length === 0) return text;
  return text.replace(new RegExp(wanted.map(escapePattern).join('|'), 'giu'), '<b>$&</b>');
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
