import type { Value } from '@cairn/protocol/internal';
import type { DocumentPosition } from '@cairn/storage/internal';
import { type ValueKey, valueKey } from '../functions/value-set.ts';
import type { AccessHost, PositionCursor } from './document-access.ts';
import { isRowError } from './run-errors.ts';

/** Lookups that scan the collection before a table is built: fewer would not pay for it. */
const scansBeforeTable = 3;

/**
 * Documents of a collection by the value of an expression over them, for joins without an index. The first lookups hand
 * out all documents (the filter above tests them); then one scan builds a table.
 */
export class HashTable {
  readonly #documents: () => PositionCursor;
  readonly #field: (bytes: Uint8Array, record: number) => Value;
  readonly #host: AccessHost;
  #lookups = 0;
  #positions: Map<ValueKey, DocumentPosition[]> | undefined;

  constructor(documents: () => PositionCursor, field: (bytes: Uint8Array, record: number) => Value, host: AccessHost) {
    this.#documents = documents;
    this.#field = field;
    this.#host = host;
  }

  /** The documents whose field equals the value, in key order, and maybe others. */
  positions(value: Value): PositionCursor {
    if (this.#lookups++ < scansBeforeTable) return this.#documents();
    this.#positions ??= this.#build();
    const list = this.#positions.get(valueKey(value));
    let index = 0;
    return { next: () => list?.[index++] };
  }

  /** Reads the collection to its end; a document whose field fails matches nothing. */
  #build(): Map<ValueKey, DocumentPosition[]> {
    const table = new Map<ValueKey, DocumentPosition[]>();
    const documents = this.#documents();
    let count = 0;
    for (let position = documents.next(); position !== undefined; position = documents.next()) {
      if (++count % 256 === 0) this.#host.checkpoint();
      this.#host.keepDocument(position.bytes);
      const key = keyOf(position, this.#field);
      if (key === undefined) continue;
      const same = table.get(key);
      if (same === undefined) table.set(key, [position]);
      else same.push(position);
    }
    return table;
  }
}

function keyOf(position: DocumentPosition, field: (bytes: Uint8Array, record: number) => Value): ValueKey | undefined {
  try {
    return valueKey(field(position.bytes, position.record));
  } catch (error) {
    if (isRowError(error)) return undefined;
    throw error;
  }
}
