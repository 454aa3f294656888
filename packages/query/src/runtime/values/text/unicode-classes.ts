const WORD = '\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{200c}\\x{200d}';
const SPACE = '\\t-\\r\\x{85}\\p{Z}';

/** What the classes become outside of brackets. */
const outside: ReadonlyMap<string, string> = new Map([
  ['d', '\\p{Nd}'],
  ['D', '\\P{Nd}'],
  ['w', `[${WORD}]`],
  ['W', `[^${WORD}]`],
  ['s', `[${SPACE}]`],
  ['S', `[^${SPACE}]`],
]);

/** And inside, where a complement of several classes cannot be written: `\W` and `\S` stay ASCII there. */
const inside: ReadonlyMap<string, string> = new Map([
  ['d', '\\p{Nd}'],
  ['D', '\\P{Nd}'],
  ['w', WORD],
  ['s', SPACE],
]);

/**
 * Widens `\d`, `\w` and `\s` of a pattern from ASCII, which the engine means by them, to Unicode. `\b` keeps ASCII's
 * idea of a word: the engine has no way to say more.
 */
export function unicodeClasses(pattern: string): string {
  if (!/\\[dDwWsS]/.test(pattern)) return pattern;
  let widened = '';
  let brackets = false;
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at];
    if (sign === '\\' && pattern[at + 1] === 'Q' && !brackets) {
      const end = pattern.indexOf('\\E', at);
      const quoted = end < 0 ? pattern.slice(at) : pattern.slice(at, end + 2);
      widened += quoted;
      at += quoted.length - 1;
    } else if (sign === '\\' && at + 1 < pattern.length) {
      const letter = pattern[++at];
      widened += (brackets ? inside : outside).get(letter) ?? sign + letter;
    } else {
      if (sign === '[' && !brackets) {
        brackets = true;
        const first = /^\[\^?\]?/.exec(pattern.slice(at))![0]; // a bracket that stands first is a member
        widened += first;
        at += first.length - 1;
        continue;
      }
      const named = brackets ? /^\[:\^?[a-z]+:\]/.exec(pattern.slice(at, at + 12)) : null;
      if (named !== null) {
        widened += named[0];
        at += named[0].length - 1;
        continue;
      }
      if (sign === ']') brackets = false;
      widened += sign;
    }
  }
  return widened;
}
