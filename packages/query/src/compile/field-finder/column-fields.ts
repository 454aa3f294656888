import { CodeTest } from '../../runtime/columns/code-test.ts';
import { copyFromChunk } from '../../runtime/columns/column-chunk.ts';
import type { Emitter, Slot } from '../emitter.ts';
import { readStored } from './read-stored.ts';
import type { StoredField } from './stored-field.ts';

/** A scan over columns, as JavaScript source. */
export interface ColumnSource {
  /** The `ColumnScan`. */
  readonly scan: string;
  /** The local with the number of the row at hand. */
  readonly row: string;
  /** The fields that the scan has chunks of. */
  readonly paths: readonly (readonly string[])[];
}

/** Writes the code that reads fields of documents from columns, and finds the whole document when somebody asks for it. */
export class ColumnFields {
  readonly #emitter: Emitter;
  readonly #source: ColumnSource;
  readonly #prologue: Slot;
  readonly #stretch: Slot;
  readonly #function: object;
  readonly #fields = new Map<string, ColumnField>();
  #row: Slot | undefined;
  #document: { bytes: string; record: string } | undefined;

  /** Stands where a stretch begins. */
  constructor(emitter: Emitter, source: ColumnSource) {
    this.#emitter = emitter;
    this.#source = source;
    this.#prologue = emitter.prologueSlot();
    this.#stretch = emitter.slot();
    this.#function = emitter.currentFunction;
  }

  /** To be called where each row begins. */
  beginRow(): void {
    this.#row = this.#emitter.slot();
  }

  /** The field at a path, if there is a column of it. */
  field(path: readonly string[]): StoredField | undefined {
    const key = JSON.stringify(path);
    let field = this.#fields.get(key);
    if (field === undefined) {
      const index = this.#source.paths.findIndex((other) => JSON.stringify(other) === key);
      if (index < 0) return undefined;
      field = new ColumnField(this.#emitter, this.#source.row, {
        chunk: this.local('chunk', 'null', `${this.#source.scan}.chunks[${index}]`),
        local: (hint, initial, code) => this.local(hint, initial, code),
        test: (test) => this.#codeTest(test),
        isOpen: () => this.#emitter.currentFunction === this.#function,
      });
      this.#fields.set(key, field);
    }
    return field;
  }

  /** JavaScript of the bytes of the block in which the row's document lies; found once a row. */
  get bytes(): string {
    return this.#located().bytes;
  }

  /** JavaScript of the document's number in that block. */
  get record(): string {
    return this.#located().record;
  }

  /** A local that is set anew for each stretch. */
  local(hint: string, initial: string, code: string): string {
    const name = this.#emitter.fresh(hint);
    this.#prologue.line(`let ${name} = ${initial};`);
    this.#stretch.line(`${name} = ${code};`);
    return name;
  }

  /** A test that is made once a code; undefined inside of a function, whose locals a stretch does not see. */
  #codeTest(test: (place: string) => string): string | undefined {
    if (this.#emitter.currentFunction !== this.#function) return undefined;
    const made = `new ${this.#emitter.constant(CodeTest, 'CodeTest')}((bytes, at) => ${test('bytes, at')})`;
    return this.#emitter.prologueLocal('codeTest', made);
  }

  #located(): { bytes: string; record: string } {
    if (this.#document === undefined) {
      const { scan, row } = this.#source;
      const bytes = this.#emitter.fresh('bytes');
      const record = this.#emitter.fresh('record');
      this.#prologue.line(`let ${bytes} = null, ${record} = 0;`);
      this.#row!.line(`${bytes} = null;`);
      const locate = `${bytes} = ${scan}.locate(${row}), ${record} = ${scan}.record`;
      this.#document = {
        bytes: `(${bytes} !== null ? ${bytes} : (${locate}, ${bytes}))`,
        record: `(${bytes} !== null ? ${record} : (${locate}, ${record}))`,
      };
    }
    return this.#document;
  }
}

/** How a field gets what lives as long as a stretch. */
interface StretchCode {
  readonly chunk: string;
  local(hint: string, initial: string, code: string): string;
  test(test: (place: string) => string): string | undefined;
  /** Whether the stretch sees what the code that is being written sees: not from inside of a function. */
  isOpen(): boolean;
}

/** A field in a chunk: by code, as a number, or by its bytes, whatever the chunk has for the row. */
class ColumnField implements StoredField {
  readonly #emitter: Emitter;
  readonly #row: string;
  readonly #stretch: StretchCode;
  readonly #codes: string;
  readonly #numbers: string;
  #values: string | undefined;
  #found: string | undefined;

  constructor(emitter: Emitter, row: string, stretch: StretchCode) {
    this.#emitter = emitter;
    this.#row = row;
    this.#stretch = stretch;
    this.#codes = stretch.local('codes', 'null', `${stretch.chunk}.codes`);
    this.#numbers = stretch.local('numbers', 'null', `${stretch.chunk}.numbers`);
  }

  place(): string {
    return `${this.#stretch.chunk}.bytes, ${this.#stretch.chunk}.at(${this.#row})`;
  }

  value(): string {
    this.#values ??= this.#stretch.local('values', 'null', `${this.#stretch.chunk}.dictionary.values`);
    const read = this.#emitter.constant(readStored, 'readStored');
    const found = this.#foundNumber();
    const byNumber = `(${found} = ${this.#numbers}[${this.#row}]) === ${found} ? ${found}`;
    return `(${this.#codes} !== null ? ${this.#values}[${this.#code}] : ${byNumber} : ${read}(${this.place()}))`;
  }

  test(test: (place: string) => string): string {
    const byCode = this.#byCode(test);
    if (byCode === undefined) return test(this.place());
    return `(${this.#codes} !== null ? ${byCode} : ${test(this.place())})`;
  }

  compare(operator: string, limit: () => string, test: (place: string) => string): string {
    const byCode = this.#byCode(test);
    if (byCode === undefined) return test(this.place());
    const found = this.#foundNumber();
    const other = limit();
    const byNumber = `(${found} = ${this.#numbers}[${this.#row}]) === ${found} && ${other} === ${other} ? ${found} ${operator} ${other}`;
    return `(${this.#codes} !== null ? ${byCode} : ${byNumber} : ${test(this.place())})`;
  }

  copyTo(writer: string): string {
    return `${this.#emitter.constant(copyFromChunk, 'copyFromChunk')}(${writer}, ${this.#stretch.chunk}, ${this.#row});`;
  }

  byCode(groups: string): { isCoded: string; group: string } | undefined {
    if (!this.#stretch.isOpen()) return undefined;
    const { chunk } = this.#stretch;
    const known = this.#stretch.local(
      'groups',
      'null',
      `${chunk}.codes === null ? null : ${groups}.of(${chunk}.dictionary)`,
    );
    return { isCoded: `${known} !== null`, group: `${known}[${this.#code}]` };
  }

  get #code(): string {
    return `${this.#codes}[${this.#row}]`;
  }

  #byCode(test: (place: string) => string): string | undefined {
    const codeTest = this.#stretch.test(test);
    if (codeTest === undefined) return undefined;
    const table = this.#stretch.local('table', 'null', `${codeTest}.table(${this.#stretch.chunk}.dictionary)`);
    return `${table}[${this.#code}] !== 0`;
  }

  /** A local for a number that was just read; each use sets it first. */
  #foundNumber(): string {
    this.#found ??= this.#stretch.local('found', 'NaN', 'NaN');
    return this.#found;
  }
}
