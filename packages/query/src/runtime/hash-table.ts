import type { Value } from '@cairn/protocol/internal';
import type { DocumentPosition } from '@cairn/storage/internal';
import { type ValueKey, valueKey } from '../functions/value-set.ts';
import type { AccessHost, PositionCursor } from './document-access.ts';
import { isRowError } from './run-errors.ts';

/** Documents of a collection by the value of an expression over them, for joins without an index. */
export class HashTable {
  readonly #positions = new Map<ValueKey, DocumentPosition[]>();

  /** Reads `documents` to their end; a document whose `field` fails matches nothing. */
  constructor(documents: PositionCursor, field: (bytes: Uint8Array, record: number) => Value, host: AccessHost) {
    let count = 0;
    for (let position = documents.next(); position !== undefined; position = documents.next()) {
      if (++count % 256 === 0) host.checkpoint();
      host.keep(1, 3);
      const key = keyOf(position, field);
      if (key === undefined) continue;
      const same = this.#positions.get(key);
      if (same === undefined) this.#positions.set(key, [position]);
      else same.push(position);
    }
  }

  /** The documents whose field equals the value, in key order. */
  positions(value: Value): PositionCursor {
    const list = this.#positions.get(valueKey(value));
    let index = 0;
    return { next: () => list?.[index++] };
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
