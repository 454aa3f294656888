import { decodeDocument, recordBody, recordBodyEnd } from '@cairn/storage/internal';
import type { Emitter, Slot } from '../emitter.ts';
import { emitKeySearch } from './key-search.ts';
import { mapStart } from './map-start.ts';
import { copyStored, readStored } from './read-stored.ts';
import { skipStored } from './skip-stored.ts';
import type { StoredField } from './stored-field.ts';

/** Where a document lies, as JavaScript source. */
export interface DocumentSource {
  readonly bytes: string;
  readonly record: string;
  readonly idPrefix: string;
}

/**
 * Writes the code that finds fields of one stored document a row.
 *
 * Each path has a local that holds where its value begins: 0 not looked for yet in this row, -1 there is none. The
 * search for a top-level field starts behind the field that was found before it, since a query tends to name fields
 * in the order in which they are stored, and wraps around once.
 */
export class DocumentFields {
  readonly bytes: string;
  readonly record: string;
  readonly idPrefix: string;
  readonly #emitter: Emitter;
  readonly #prologue: Slot;
  readonly #row: Slot;
  #document: string | undefined;
  readonly #positions = new Map<string, string>();
  #body: { start: string; end: string } | undefined;
  #previous: string | undefined;

  /** Stands where `source` has just been set for a row. */
  constructor(emitter: Emitter, source: DocumentSource) {
    this.#emitter = emitter;
    this.#prologue = emitter.prologueSlot();
    this.#row = emitter.slot();
    this.idPrefix = source.idPrefix;
    this.bytes = this.#rowLocal('bytes', 'null', source.bytes);
    this.record = this.#rowLocal('record', '0', source.record);
  }

  /** JavaScript that gives the whole document as a value, decoded once a row. */
  document(): string {
    this.#document ??= this.#rowLocal('document', 'null', 'null');
    const decode = this.#emitter.constant(decodeDocument, 'decodeDocument');
    return `(${this.#document} ??= ${decode}(${this.idPrefix}, ${this.bytes}, ${this.record}))`;
  }

  /** The field at a path. */
  field(path: readonly string[]): StoredField {
    const place = () => `${this.bytes}, ${this.position(path)}`;
    const read = this.#emitter.constant(readStored, 'readStored');
    const copy = this.#emitter.constant(copyStored, 'copyStored');
    return {
      place,
      value: () => `${read}(${place()})`,
      test: (test) => test(place()),
      compare: (_operator, _limit, test) => test(place()),
      copyTo: (writer) => `${copy}(${writer}, ${place()});`,
      byCode: () => undefined,
    };
  }

  /** JavaScript that gives where the value at the path begins, or -1. */
  position(path: readonly string[]): string {
    const known = this.#positions.get(pathKey(path));
    if (known !== undefined) return known;
    const parent = path.length === 1 ? undefined : this.position(path.slice(0, -1));
    const local = this.#rowLocal('at', '0', '0');
    const search =
      parent === undefined ? this.#searchBody(path[0], local) : this.#searchMap(parent, path.at(-1)!, local);
    const code = `(${local} !== 0 ? ${local} : (${search}))`;
    this.#positions.set(pathKey(path), code);
    if (parent === undefined) this.#previous = local;
    return code;
  }

  /** Assigns `local`; a flag tells whether the field stood behind the previous one in the document before. */
  #searchBody(name: string, local: string): string {
    const { start, end } = this.#bodyLocals();
    const find = emitKeySearch(this.#emitter, name, 'body');
    const previous = this.#previous;
    if (previous === undefined) return `${local} = ${find}(${this.bytes}, ${start}, ${start}, ${end})`;
    // Beside the positions, since the emitter may stand in the function of a subquery now.
    const behind = this.#emitter.fresh('behind');
    this.#prologue.line(`let ${behind} = true;`);
    const skip = this.#emitter.constant(skipStored, 'skip');
    const from = `${behind} && ${previous} > 0 ? ${skip}(${this.bytes}, ${previous}) : ${start}`;
    return `${local} = ${find}(${this.bytes}, ${from}, ${start}, ${end}), ${behind} = ${local} > ${previous}, ${local}`;
  }

  #searchMap(parent: string, name: string, local: string): string {
    return `${local} = ${emitKeySearch(this.#emitter, name, 'map')}(${this.bytes}, ${parent})`;
  }

  #bodyLocals(): { start: string; end: string } {
    if (this.#body === undefined) {
      const emitter = this.#emitter;
      const body = `${emitter.constant(recordBody, 'recordBody')}(${this.bytes}, ${this.record})`;
      const bodyEnd = `${emitter.constant(recordBodyEnd, 'recordBodyEnd')}(${this.bytes}, ${this.record})`;
      const start = this.#rowLocal('start', '0', `${emitter.constant(mapStart, 'mapStart')}(${this.bytes}, ${body})`);
      this.#body = { start, end: this.#rowLocal('end', '0', bodyEnd) };
    }
    return this.#body;
  }

  /** A local of the function that is set anew in each row. */
  #rowLocal(hint: string, initial: string, code: string): string {
    const name = this.#emitter.fresh(hint);
    this.#prologue.line(`let ${name} = ${initial};`);
    this.#row.line(`${name} = ${code};`);
    return name;
  }
}

function pathKey(path: readonly string[]): string {
  return path.length === 1 ? `1${path[0]}` : JSON.stringify(path);
}
