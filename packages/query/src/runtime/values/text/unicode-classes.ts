import { EXPRESSION_LIMITS } from '../limits.ts';
import { explicitClass, readClass } from './class-sets.ts';
import { PatternCache } from './pattern-cache.ts';
import { propertyName } from './property-names.ts';

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

/** And inside, where a complement of several classes cannot be written: a class with `\W` or `\S` becomes ranges. */
const inside: ReadonlyMap<string, string> = new Map([
  ['d', '\\p{Nd}'],
  ['D', '\\P{Nd}'],
  ['w', WORD],
  ['s', SPACE],
]);

const explicitClasses = new PatternCache((set: string) => ({ ranges: explicitClass(set) }));

/** A backslash and what belongs to it. */
const ESCAPE = /\\(?:[pP]\{([^}]*)\}|u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/suy;

/**
 * Puts a pattern into the engine's words: widens `\d`, `\w` and `\s` from ASCII, which the engine means by them, to
 * Unicode, writes out classes within classes, their intersections (`&&`) and differences (`--`), and properties and
 * code points that the engine calls otherwise. `\b` keeps ASCII's idea of a word: the engine has no way to say more.
 * Throws a `SyntaxError` for a pattern with too many classes that only ranges can express.
 */
export function unicodeClasses(pattern: string): string {
  if (!/\\[dDwWsSpPuU]|\[\^?\]?[^\]]*(?:\[|&&|--|~~)/.test(pattern)) return pattern;
  let widened = '';
  let at = 0;
  let sets = 0;
  while (at < pattern.length) {
    const bracketed = pattern[at] === '[' ? readClass(pattern, at) : undefined;
    const length = bracketed?.length ?? partLength(pattern, at);
    const part = pattern.slice(at, at + length);
    if (bracketed?.set !== undefined && ++sets > EXPRESSION_LIMITS.patternSetsMax) {
      throw new SyntaxError(`more than ${EXPRESSION_LIMITS.patternSetsMax} classes that need to be written out`);
    }
    widened += bracketed === undefined ? widenEscape(part, outside) : widenClass(part, bracketed.set);
    at += length;
  }
  return widened;
}

/** Length of an escape, of a quoted text or of one sign. */
function partLength(pattern: string, at: number): number {
  if (pattern[at] !== '\\') return 1;
  if (pattern[at + 1] === 'Q') {
    const end = pattern.indexOf('\\E', at);
    return (end < 0 ? pattern.length : end + 2) - at;
  }
  ESCAPE.lastIndex = at;
  return ESCAPE.exec(pattern)?.[0].length ?? 1;
}

function widenEscape(part: string, classes: ReadonlyMap<string, string>): string {
  ESCAPE.lastIndex = 0;
  const [written, property, ...rest] = ESCAPE.exec(part) ?? [];
  if (written !== part) return part;
  if (property !== undefined) return `\\${part[1]}{${propertyName(property)}}`;
  const letter = rest.pop();
  const codePoint = rest.find((digits) => digits !== undefined);
  return codePoint === undefined ? (classes.get(letter!) ?? part) : `\\x{${codePoint}}`;
}

function widenClass(bracketed: string, set: string | undefined): string {
  const explicit = set === undefined ? undefined : explicitClasses.get(set).ranges;
  if (explicit !== undefined) return explicit;
  let widened = '';
  for (let at = 0; at < bracketed.length; ) {
    const length = bracketed[at] === '\\' ? partLength(bracketed, at) : 1;
    widened += widenEscape(bracketed.slice(at, at + length), inside);
    at += length;
  }
  return widened;
}
