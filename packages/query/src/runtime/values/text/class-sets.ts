import { propertyName, scriptOf } from './property-names.ts';

/** What a class that stands for a set of characters is in the syntax of `v` expressions. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['d', '\\p{Nd}'],
  ['D', '\\P{Nd}'],
  ['w', '[\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\u{200c}\\u{200d}]'],
  ['W', '[^\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\u{200c}\\u{200d}]'],
  ['s', '[\\t-\\r\\u{85}\\p{Z}]'],
  ['S', '[^\\t-\\r\\u{85}\\p{Z}]'],
]);

const POSIX: ReadonlyMap<string, string> = new Map([
  ['alnum', '[0-9A-Za-z]'],
  ['alpha', '[A-Za-z]'],
  ['ascii', '[\\u{0}-\\u{7f}]'],
  ['blank', '[\\t ]'],
  ['cntrl', '[\\u{0}-\\u{1f}\\u{7f}]'],
  ['digit', '[0-9]'],
  ['graph', '[\\u{21}-\\u{7e}]'],
  ['lower', '[a-z]'],
  ['print', '[\\u{20}-\\u{7e}]'],
  ['punct', '[\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}]'],
  ['space', '[\\t-\\r ]'],
  ['upper', '[A-Z]'],
  ['word', '[0-9A-Z_a-z]'],
  ['xdigit', '[0-9A-Fa-f]'],
]);

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

/** A character, or a set of them, as it is written in a `v` expression. */
interface Atom {
  readonly written: string;
  readonly isSet: boolean;
}

/** A class in brackets that was read. */
export interface BracketClass {
  /** Length of its text, brackets included. */
  readonly length: number;
  /** The same class in the syntax of `v` expressions; undefined where the engine itself has words for it. */
  readonly set: string | undefined;
}

/** Reads a class in brackets: characters, ranges, classes within, `&&`, `--` and `~~`. */
class ClassReader {
  readonly #pattern: string;
  #at: number;
  #needsSet = false;

  constructor(pattern: string, at: number) {
    this.#pattern = pattern;
    this.#at = at;
  }

  /** Throws a `SyntaxError` for what is no class. */
  read(): BracketClass {
    const start = this.#at;
    const set = this.#class();
    return { length: this.#at - start, set: this.#needsSet ? set : undefined };
  }

  #class(): string {
    this.#at++;
    const negation = this.#take(/\^/y) ?? '';
    let left: string | undefined;
    let operator = '';
    let members = this.#take(/\]/y) === undefined ? '' : literal(']'); // a bracket that stands first is a member
    const operand = () => {
      const right = `[${members}]`;
      left = left === undefined ? right : combine(left, operator, right);
      members = '';
    };
    while (this.#take(/\]/y) === undefined) {
      const next = members === '' && left === undefined ? undefined : this.#take(/&&|--|~~/y);
      if (next === undefined) {
        members += this.#member();
      } else {
        this.#needsSet = true;
        operand();
        operator = next;
      }
    }
    operand();
    return `[${negation}${left}]`;
  }

  #member(): string {
    const posix = this.#take(/\[:\^?[a-z]+:\]/y);
    if (posix !== undefined) {
      const [, negation, name] = /\[:(\^?)([a-z]+):\]/.exec(posix)!;
      const written = POSIX.get(name) ?? fail();
      return negation === '' ? written : `[^${written}]`;
    }
    if (this.#pattern[this.#at] === '[') {
      this.#needsSet = true;
      return this.#class();
    }
    const low = this.#atom();
    if (low.isSet || this.#take(/-(?=[^\]-])/y) === undefined) return low.written;
    const high = this.#atom();
    return high.isSet ? fail() : `${low.written}-${high.written}`;
  }

  #atom(): Atom {
    const name = this.#take(/\\[dDwWsS]/y)?.[1];
    if (name !== undefined) {
      // The engine has no complement of several classes within brackets.
      if (name === 'W' || name === 'S') this.#needsSet = true;
      return { written: NAMED.get(name)!, isSet: true };
    }
    const property = this.#take(/\\[pP](?:\{[^}]*\}|[A-Z])/y);
    if (property !== undefined) return { written: propertyClass(property), isSet: true };
    const code = this.#take(
      /\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})/y,
    );
    if (code !== undefined)
      return { written: character(Number.parseInt(code.replace(/[^0-9A-Fa-f]/g, ''), 16)), isSet: false };
    const control = CONTROLS.get(this.#take(/\\[afnrtv]/y)?.[1] ?? '');
    if (control !== undefined) return { written: character(control), isSet: false };
    const escaped = this.#take(/\\[^0-9A-Za-z]/uy)?.slice(1);
    return { written: literal(escaped ?? this.#take(/[^\\]/uy) ?? fail()), isSet: false };
  }

  /** What matches here, passed over. */
  #take(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#pattern)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

function fail(): never {
  throw new SyntaxError('no class');
}

const character = (codePoint: number) => `\\u{${codePoint.toString(16)}}`;
const literal = (text: string) => character(text.codePointAt(0)!);

function combine(left: string, operator: string, right: string): string {
  return operator === '~~' ? `[[${left}--${right}][${right}--${left}]]` : `[${left}${operator}${right}]`;
}

/** `\p{…}` in the syntax of `v` expressions, which want scripts to be called so. */
function propertyClass(written: string): string {
  const name = propertyName(written.slice(2).replace(/[{}]/g, ''));
  return `\\${written[1]}{${scriptOf(name) ?? name}}`;
}

/** Reads the class in brackets that begins at an index; undefined where none does. */
export function readClass(pattern: string, at: number): BracketClass | undefined {
  try {
    return new ClassReader(pattern, at).read();
  } catch {
    return undefined;
  }
}

const LAST_CODE_POINT = 0x10_ffff;

/** Ranges of code points as a class in brackets that any engine reads; undefined for a set that is none. */
export function explicitClass(set: string): string | undefined {
  try {
    const ranges = rangesOf(new RegExp(`^${set}$`, 'v'));
    // An empty class cannot be written, but the complement of everything can.
    return ranges === '' ? '[^\\x{0}-\\x{10ffff}]' : `[${ranges}]`;
  } catch {
    return undefined;
  }
}

function rangesOf(single: RegExp): string {
  let ranges = '';
  let start = -1;
  for (let codePoint = 0; codePoint <= LAST_CODE_POINT + 1; codePoint++) {
    const isMember = codePoint <= LAST_CODE_POINT && single.test(String.fromCodePoint(codePoint));
    if (isMember === start >= 0) continue;
    if (!isMember) ranges += `\\x{${start.toString(16)}}-\\x{${(codePoint - 1).toString(16)}}`;
    start = isMember ? codePoint : -1;
  }
  return ranges;
}
