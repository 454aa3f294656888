/** An argument as strace prints it: a string's bytes, a descriptor with its path, a list, or a word. */
export type TraceValue =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly isCut: boolean }
  | { readonly kind: 'descriptor'; readonly number: number; readonly path: string }
  | { readonly kind: 'list'; readonly items: readonly TraceValue[] }
  | { readonly kind: 'word'; readonly text: string };

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const ESCAPES = new Map(
  Object.entries({ n: 10, t: 9, r: 13, v: 11, f: 12, b: 8, a: 7 }).map(([name, code]) => [name.charCodeAt(0), code]),
);

/** Reads the arguments of one call from its line of the trace, from a position behind the opening bracket. */
export class TraceValueReader {
  readonly #line: Buffer;
  #at: number;

  constructor(line: Buffer, at: number) {
    this.#line = line;
    this.#at = at;
  }

  /** The arguments up to the closing bracket, or up to `<unfinished ...>`. */
  values(): TraceValue[] {
    const values: TraceValue[] = [];
    for (;;) {
      this.#skip(' ');
      if (this.#ends()) return values;
      values.push(this.#value());
      this.#skip(' ');
      this.#skip(',');
    }
  }

  #ends(): boolean {
    const rest = this.#line;
    return this.#at >= rest.length || this.#peek() === ')' || rest.subarray(this.#at, this.#at + 11).equals(UNFINISHED);
  }

  #value(): TraceValue {
    switch (this.#peek()) {
      case '"':
        return this.#string();
      case '[':
        return this.#list(']');
      case '{':
        return this.#list('}');
      default:
        return this.#word();
    }
  }

  /** Lists and structures alike; the names of members are dropped. */
  #list(end: ']' | '}'): TraceValue {
    const items: TraceValue[] = [];
    this.#at++;
    for (;;) {
      this.#skip(' ');
      if (this.#at >= this.#line.length) break;
      if (this.#peek() === end) {
        this.#at++;
        break;
      }
      this.#skipName();
      items.push(this.#value());
      this.#skip(' ');
      this.#skip(',');
    }
    return { kind: 'list', items };
  }

  #skipName(): void {
    const name = /^[a-z_]+=/.exec(this.#line.toString('latin1', this.#at, this.#at + 32));
    if (name !== null) this.#at += name[0].length;
  }

  #string(): TraceValue {
    const line = this.#line;
    const bytes = Buffer.allocUnsafe(line.length - this.#at);
    let length = 0;
    let at = this.#at + 1;
    while (line[at] !== QUOTE) {
      if (line[at] !== BACKSLASH) {
        bytes[length++] = line[at++]!;
        continue;
      }
      at++;
      if (!isOctal(line[at]!)) {
        bytes[length++] = ESCAPES.get(line[at]!) ?? line[at]!;
        at++;
        continue;
      }
      let code = 0;
      for (let digits = 0; digits < 3 && isOctal(line[at]!); digits++) code = code * 8 + line[at++]! - 0x30;
      bytes[length++] = code;
    }
    this.#at = at + 1;
    const isCut = line.toString('latin1', this.#at, this.#at + 3) === '...';
    if (isCut) this.#at += 3;
    return { kind: 'bytes', bytes: Buffer.from(bytes.subarray(0, length)), isCut };
  }

  /** A number, a flag, or a descriptor with what it stands for in angle brackets. */
  #word(): TraceValue {
    const start = this.#at;
    let depth = 0;
    for (; this.#at < this.#line.length; this.#at++) {
      const sign = this.#peek();
      if (sign === '<' && depth === 0 && this.#line.subarray(this.#at, this.#at + 11).equals(UNFINISHED)) break;
      if (sign === '<') depth++;
      else if (sign === '>' && depth > 0 && this.#line[this.#at - 1] !== 0x2d) depth--;
      else if (depth === 0 && /[,)\]} ]/.test(sign)) break;
    }
    const text = this.#line.toString('utf8', start, this.#at);
    const descriptor = /^(\d+)<(.*)>$/.exec(text);
    if (descriptor === null) return { kind: 'word', text };
    return { kind: 'descriptor', number: Number(descriptor[1]), path: descriptor[2]! };
  }

  #peek(): string {
    return String.fromCharCode(this.#line[this.#at]!);
  }

  #skip(sign: string): void {
    while (this.#at < this.#line.length && this.#peek() === sign) this.#at++;
  }
}

const UNFINISHED = Buffer.from('<unfinished');

function isOctal(code: number): boolean {
  return code >= 0x30 && code <= 0x37;
}
