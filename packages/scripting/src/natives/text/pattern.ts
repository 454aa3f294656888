import { RE2JS } from 're2js';
import { NATIVE_LIMITS } from '../limits.ts';
import { NativeError } from '../native-function.ts';

const WORD = '\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{200c}\\x{200d}';
const SPACE = '\\t-\\r\\x{85}\\p{Z}';

/** Classes as they are outside of brackets. */
const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ['\\d', '\\p{Nd}'],
  ['\\D', '\\P{Nd}'],
  ['\\w', `[${WORD}]`],
  ['\\W', `[^${WORD}]`],
  ['\\s', `[${SPACE}]`],
  ['\\S', `[^${SPACE}]`],
]);

/** And inside, where the complement of several classes cannot be written: `\W` and `\S` stay ASCII there. */
const INSIDE: ReadonlyMap<string, string> = new Map([
  ['\\d', '\\p{Nd}'],
  ['\\D', '\\P{Nd}'],
  ['\\w', WORD],
  ['\\s', SPACE],
]);

/** Outside of brackets: a quoted stretch, an escape, the start of brackets with a `]` that is a member, any character. */
const OUTSIDE_TOKEN = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?|[\s\S]/y;

/** Inside: an escape, a class with a name, any character. */
const INSIDE_TOKEN = /\\[\s\S]|\[:\^?[a-z]+:\]|[\s\S]/y;

/** Widens `\d`, `\w` and `\s` from ASCII, which the engine means by them, to Unicode, which scripts are promised. */
function unicodeClasses(pattern: string): string {
  let widened = '';
  let isInBrackets = false;
  for (let at = 0; at < pattern.length; ) {
    const token: RegExp = isInBrackets ? INSIDE_TOKEN : OUTSIDE_TOKEN;
    token.lastIndex = at;
    const text: string = token.exec(pattern)![0];
    widened += (isInBrackets ? INSIDE : OUTSIDE).get(text) ?? text;
    isInBrackets = isInBrackets ? text !== ']' : text.startsWith('[');
    at += text.length;
  }
  return widened;
}

/** An upper bound of what a pattern is compiled to: each repetition writes out what it repeats. */
function sizeOf(pattern: string): number {
  let counts = 1;
  for (const [, least, most] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g))
    counts += Math.max(Number(least), Number(most ?? 0));
  return counts * pattern.length;
}

/** A compiled pattern that matches in time linear in the text. */
export class Pattern {
  readonly compiled: RE2JS;
  readonly #instructions: number;

  /** @throws NativeError for what is no pattern */
  constructor(pattern: string) {
    if (Buffer.byteLength(pattern) > NATIVE_LIMITS.patternMaxBytes) throw new NativeError('Pattern too long');
    if (sizeOf(pattern) > NATIVE_LIMITS.patternMaxSize)
      throw new NativeError('Pattern too large: too many repetitions');
    try {
      this.compiled = RE2JS.compile(unicodeClasses(pattern));
    } catch (error) {
      throw new NativeError(`Invalid pattern: ${(error as Error).message}`);
    }
    this.#instructions = this.compiled.programSize();
  }

  /** Whether the pattern matches somewhere in the text. */
  test(text: string): boolean {
    this.checkLength(text);
    return this.compiled.test(text);
  }

  /** @throws NativeError when matching could take too long */
  checkLength(text: string): void {
    if (text.length * this.#instructions <= NATIVE_LIMITS.patternMaxSteps) return;
    throw new NativeError('Pattern too complex for a text of this length');
  }
}

/** Patterns by their text; the one added longest ago goes first. */
const kept = new Map<string, Pattern>();

/** The pattern with this text. @throws NativeError for what is no pattern */
export function patternOf(text: string): Pattern {
  let pattern = kept.get(text);
  if (pattern === undefined) {
    pattern = new Pattern(text);
    if (kept.size >= NATIVE_LIMITS.patternsKeptMax) kept.delete(kept.keys().next().value!);
    kept.set(text, pattern);
  }
  return pattern;
}
