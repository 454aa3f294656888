/** Levels of lists and objects inside one another that are looked at; deeper texts are refused. */
const TEXT_MAX_DEPTH = 128;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPED =
  /\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[\da-fA-F]{4}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})/y;
const WORDS = ['null', 'true', 'false'];

/** Where a text stops being JSON. */
class Fault extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * What keeps a text from being JSON, with its place: `expected value at line 1 column 1`. Undefined for JSON.
 *
 * Stricter than `JSON.parse` in two points: half a surrogate pair is no text, and a number beyond the range of a double no number.
 */
export function jsonFault(text: string): string | undefined {
  try {
    new JsonReader(text).readAll();
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const before = text.slice(0, error.at);
    const lineStart = before.lastIndexOf('\n') + 1;
    const line = before.split('\n').length;
    const column = Buffer.byteLength(before.slice(lineStart)) + (error.at < text.length ? 1 : 0);
    return `${error.message} at line ${line} column ${column}`;
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): void {
    this.#value(0);
    if (this.#peek() !== '') throw this.#fault('trailing characters');
  }

  /** The next character behind blanks; '' at the end. */
  #peek(): string {
    this.#skip(SPACE);
    return this.#text.charAt(this.#at);
  }

  /** Goes behind what a sticky pattern finds here; false when that is nothing. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #fault(message: string, what = 'a value'): Fault {
    const isEnd = this.#at >= this.#text.length;
    return new Fault(isEnd ? `EOF while parsing ${what}` : message, this.#at);
  }

  #value(depth: number): void {
    const first = this.#peek();
    if (first === '"') this.#string();
    else if (first === '[' || first === '{') {
      if (depth >= TEXT_MAX_DEPTH) throw new Fault('recursion limit exceeded', this.#at);
      if (first === '[') this.#list(depth + 1);
      else this.#object(depth + 1);
    } else if (first === '-' || (first >= '0' && first <= '9')) this.#number();
    else this.#word(first);
  }

  #word(first: string): void {
    const word = WORDS.find((each) => each.startsWith(first));
    if (first === '' || word === undefined) throw this.#fault('expected value');
    for (const letter of word) {
      if (this.#text[this.#at] !== letter) throw this.#fault('expected ident');
      this.#at++;
    }
  }

  #number(): void {
    NUMBER.lastIndex = this.#at;
    const [digits] = NUMBER.exec(this.#text) ?? [''];
    this.#at += digits === '' ? 1 : digits.length;
    const next = this.#text.charAt(this.#at);
    if (digits === '' || next === '.' || /^[\deE]$/.test(next)) {
      if (digits !== '' && next !== '') this.#at += Number(next < '0' || next > '9');
      throw this.#fault('invalid number');
    }
    if (!Number.isFinite(Number(digits))) throw new Fault('number out of range', this.#at);
  }

  #string(): void {
    this.#at++;
    for (;;) {
      this.#skip(PLAIN);
      const stopped = this.#text.charAt(this.#at);
      if (stopped === '\\') {
        if (!this.#skip(ESCAPED)) throw this.#escapeFault();
      } else if (stopped === '"') {
        this.#at++;
        return;
      } else throw this.#fault('control character (\\u0000-\\u001F) found while parsing a string', 'a string');
    }
  }

  #escapeFault(): Fault {
    const half = /^\\u[dD][89a-fA-F][\da-fA-F]{2}/.exec(this.#text.slice(this.#at, this.#at + 6));
    this.#at += half === null ? 1 : half[0].length;
    return half === null
      ? this.#fault('invalid escape', 'a string')
      : this.#fault('lone leading surrogate in hex escape', 'a string');
  }

  #list(depth: number): void {
    this.#at++;
    if (this.#peek() === ']') {
      this.#at++;
      return;
    }
    if (this.#at >= this.#text.length) throw this.#fault('', 'a list');
    for (;;) {
      this.#value(depth);
      if (this.#isOver(']', 'a list')) return;
      if (this.#peek() === ']') throw this.#fault('trailing comma');
    }
  }

  #object(depth: number): void {
    this.#at++;
    if (this.#peek() === '}') {
      this.#at++;
      return;
    }
    if (this.#at >= this.#text.length) throw this.#fault('', 'an object');
    for (;;) {
      if (this.#peek() !== '"') throw this.#fault('key must be a string');
      this.#string();
      if (this.#peek() !== ':') throw this.#fault('expected `:`', 'an object');
      this.#at++;
      this.#value(depth);
      if (this.#isOver('}', 'an object')) return;
      if (this.#peek() === '}') throw this.#fault('trailing comma');
    }
  }

  /** Takes what follows an element: its list's end, or the comma before the next one. */
  #isOver(end: string, what: string): boolean {
    const next = this.#peek();
    if (next !== end && next !== ',') throw this.#fault(`expected \`,\` or \`${end}\``, what);
    this.#at++;
    return next === end;
  }
}
