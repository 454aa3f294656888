/**
 * Writes the text of one JavaScript function. User text never becomes source: constants and names enter through
 * `constant`, from an array. The built function looks like
 *
 *     function (constants) {
 *       const constant_1 = constants[0];  // and so on
 *       shared lines                      // `shared`: helpers that outlive one call
 *       return function (parameters) {
 *         prologue lines                  // `prologue`: once a call, before everything else
 *         body lines                      // `line`, `block`, `slot`
 *       };
 *     }
 */
type Chunk = (string | Chunk)[];

/** A generator can stop at a `yield` and go on later. */
export type FunctionForm = 'function' | 'generator';

/** A place in the text to which lines can be added later, when it is known what is needed there. */
export class Slot {
  readonly #chunk: Chunk;

  constructor(chunk: Chunk) {
    this.#chunk = chunk;
  }

  line(code: string): void {
    this.#chunk.push(code);
  }
}

/** Lines written aside by `capture`, to be put in their place with `append`. */
export class CapturedLines {
  /** Read by the emitter only. */
  readonly chunk: Chunk;

  constructor(chunk: Chunk) {
    this.chunk = chunk;
  }

  /** True when nothing was written: the captured code is one expression. */
  get empty(): boolean {
    return this.chunk.length === 0;
  }
}

const identifier = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

export class Emitter {
  readonly #constants = new Map<unknown, string>();
  readonly #shared: Chunk = [];
  #prologue: Chunk = [];
  #out: Chunk = [];
  readonly #prologueNames = new WeakMap<Chunk, Map<string, string>>();
  #names = 0;

  /** Stands for the function that is being written; another object inside of `function`. */
  get currentFunction(): object {
    return this.#prologue;
  }

  /** The name under which the generated code sees a value; the same value has the same name. */
  constant(value: unknown, hint = 'constant'): string {
    let name = this.#constants.get(value);
    if (name === undefined) this.#constants.set(value, (name = this.fresh(hint)));
    return name;
  }

  /** A name that nothing else has. A `hint` that is no plain ASCII word is passed over. */
  fresh(hint: string): string {
    return `${identifier.test(hint) ? hint : 'local'}_${++this.#names}`;
  }

  line(code: string): void {
    this.#out.push(code);
  }

  /** `header { body }`. */
  block(header: string, body: () => void, trailer = ''): void {
    this.line(`${header} {`);
    body();
    this.line(`}${trailer}`);
  }

  /** Declares a local with a value and gives its name. */
  local(hint: string, code: string): string {
    const name = this.fresh(hint);
    this.line(`let ${name} = ${code};`);
    return name;
  }

  /** A line at the start of the function that is being written, for what lives as long as one call of it. */
  prologue(code: string): void {
    this.#prologue.push(code);
  }

  /** Declares a local at the start of the function that is being written, and gives its name. */
  prologueLocal(hint: string, code?: string): string {
    const name = this.fresh(hint);
    this.prologue(code === undefined ? `let ${name};` : `let ${name} = ${code};`);
    return name;
  }

  /** As `prologueLocal`, but the same code in the same function is computed once and has one name. */
  prologueOnce(hint: string, code: string): string {
    let known = this.#prologueNames.get(this.#prologue);
    if (known === undefined) this.#prologueNames.set(this.#prologue, (known = new Map()));
    let name = known.get(code);
    if (name === undefined) known.set(code, (name = this.prologueLocal(hint, code)));
    return name;
  }

  /** Marks a place in the prologue of the function that is being written. */
  prologueSlot(): Slot {
    const chunk: Chunk = [];
    this.#prologue.push(chunk);
    return new Slot(chunk);
  }

  /** A line outside the function, for helpers and state that outlive a call. */
  shared(code: string): void {
    this.#shared.push(code);
  }

  /** Marks this place, so that lines can be added here later. */
  slot(): Slot {
    const chunk: Chunk = [];
    this.#out.push(chunk);
    return new Slot(chunk);
  }

  /** Runs `write` with its lines put aside. */
  capture<T>(write: () => T): { lines: CapturedLines; result: T } {
    const outer = this.#out;
    const chunk: Chunk = [];
    this.#out = chunk;
    try {
      return { result: write(), lines: new CapturedLines(chunk) };
    } finally {
      this.#out = outer;
    }
  }

  append(lines: CapturedLines): void {
    this.#out.push(lines.chunk);
  }

  /** Declares a function inside the one being written, with a prologue of its own, and gives its name. */
  function(hint: string, parameters: readonly string[], body: () => void): string {
    const name = this.fresh(hint);
    const outer = this.#prologue;
    this.line(`const ${name} = (${parameters.join(', ')}) => {`);
    const prologue: Chunk = [];
    this.#out.push(prologue);
    this.#prologue = prologue;
    try {
      body();
    } finally {
      this.#prologue = outer;
    }
    this.line('};');
    return name;
  }

  /** The text, for tests and for people. */
  source(parameters: readonly string[], form: FunctionForm = 'function'): string {
    const lines: string[] = ["'use strict';"];
    let place = 0; // not parameters: a function takes no more than 65,535 of them
    for (const name of this.#constants.values()) lines.push(`const ${name} = constants[${place++}];`);
    flatten(this.#shared, lines);
    lines.push(`return ${form === 'generator' ? 'function*' : 'function'} (${parameters.join(', ')}) {`);
    flatten(this.#prologue, lines);
    flatten(this.#out, lines);
    lines.push('};');
    return lines.join('\n');
  }

  /** The function. `parameters` are names of ours that the written lines use. */
  build(parameters: readonly string[], form: FunctionForm = 'function'): (...args: never[]) => unknown {
    for (const name of parameters) if (!identifier.test(name)) throw new Error(`not a name: ${name}`);
    const factory = new Function('constants', this.source(parameters, form));
    return factory([...this.#constants.keys()]);
  }
}

function flatten(chunk: Chunk, into: string[]): void {
  for (const part of chunk) {
    if (typeof part === 'string') into.push(part);
    else flatten(part, into);
  }
}
