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

/** And inside, where the complement of several classes has to be spelled out. */
const INSIDE: ReadonlyMap<string, () => string> = new Map([
  ['\\d', () => '\\p{Nd}'],
  ['\\D', () => '\\P{Nd}'],
  ['\\w', () => WORD],
  ['\\W', once(() => rangesOf(/[^\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200c\u200d]/u))],
  ['\\s', () => SPACE],
  ['\\S', once(() => rangesOf(/[^\t-\r\x85\p{Z}]/u))],
]);

const ESCAPE = String.raw`\\[pP]\{[^}]*\}|\\u\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\[\s\S]`;

/** Outside of brackets: a quoted stretch, an escape, the start of brackets with a `]` that is a member, any character. */
const OUTSIDE_TOKEN = new RegExp(String.raw`\\Q[\s\S]*?(?:\\E|$)|${ESCAPE}|\[\^?\]?|[\s\S]`, 'y');

/** Inside: an escape, a class with a name, any character. */
const INSIDE_TOKEN = new RegExp(String.raw`${ESCAPE}|\[:\^?[a-z]+:\]|[\s\S]`, 'y');

function once<T>(compute: () => T): () => T {
  let known: { value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}

const CODE_POINT_MAX = 0x10ffff;

/** The code points that a class of JavaScript holds, as what may stand between brackets. */
function rangesOf(members: RegExp): string {
  let text = '';
  let first = -1;
  for (let point = 0; point <= CODE_POINT_MAX + 1; point++) {
    const isMember = point <= CODE_POINT_MAX && members.test(String.fromCodePoint(point));
    if (isMember && first < 0) first = point;
    if (isMember || first < 0) continue;
    text += `\\x{${first.toString(16)}}-\\x{${(point - 1).toString(16)}}`;
    first = -1;
  }
  return text;
}

/** Characters by their numbers and classes by their kinds, as the engine spells them. */
function respelled(token: string): string {
  const number = /^\\[uU]\{?([0-9A-Fa-f]+)\}?$/.exec(token);
  if (number !== null) return `\\x{${number[1]}}`;
  const property = /^\\([pP])\{(\^?)[A-Za-z_]+=(\w+)\}$/.exec(token);
  return property === null ? token : `\\${property[1]}{${property[2]}${property[3]}}`;
}

/** A pattern as the engine wants it: it means ASCII by `\d`, `\w` and `\s`, scripts are promised Unicode. */
function unicodePattern(pattern: string): string {
  let widened = '';
  let isInBrackets = false;
  for (let at = 0; at < pattern.length; ) {
    const token: RegExp = isInBrackets ? INSIDE_TOKEN : OUTSIDE_TOKEN;
    token.lastIndex = at;
    const text: string = token.exec(pattern)![0];
    widened += (isInBrackets ? INSIDE.get(text)?.() : OUTSIDE.get(text)) ?? respelled(text);
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
    const widened = unicodePattern(pattern);
    if (widened.length > NATIVE_LIMITS.patternMaxWidenedLength)
      throw new NativeError('Pattern too large: too many classes');
    try {
      this.compiled = RE2JS.compile(widened);
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
