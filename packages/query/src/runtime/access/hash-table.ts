import type { Value } from '@cairn/protocol/internal';
import type { DocumentPosition } from '@cairn/storage/internal';
import { type ValueKey, valueKey } from '../../functions/value-set.ts';
import { isRowError } from '../run-errors.ts';
import type { AccessHost } from './access-host.ts';
import type { PositionCursor } from './position-cursor.ts';

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
  #chains: DocumentChains | undefined;

  constructor(documents: () => PositionCursor, field: (bytes: Uint8Array, record: number) => Value, host: AccessHost) {
    this.#documents = documents;
    this.#field = field;
    this.#host = host;
  }

  /** The documents whose field equals the value, in key order, and maybe others. */
  positions(value: Value): PositionCursor {
    if (this.#lookups++ < scansBeforeTable) return this.#documents();
    this.#chains ??= this.#build();
    return this.#chains.positions(value);
  }

  /** Reads the collection to its end; a document whose field fails matches nothing. */
  #build(): DocumentChains {
    const chains = new DocumentChains();
    const documents = this.#documents();
    let count = 0;
    for (let position = documents.next(); position !== undefined; position = documents.next()) {
      if (++count % 256 === 0) this.#host.checkpoint();
      this.#host.keepDocument(position.bytes);
      const value = readField(position, this.#field);
      if (value !== undefined) chains.add(value, position);
    }
    return chains;
  }
}

/** The documents of one value. */
interface Chain {
  readonly first: number;
  last: number;
}

/** Documents by value: each is linked to the next with an equal value. */
class DocumentChains {
  readonly #byText = new Map<string, Chain>();
  readonly #byKey = new Map<ValueKey, Chain>();
  readonly #documents: DocumentPosition[] = [];
  readonly #next: number[] = [];

  add(value: Value, position: DocumentPosition): void {
    const at = this.#documents.push(position) - 1;
    this.#next.push(-1);
    const chain = this.#chain(value);
    if (chain !== undefined) {
      this.#next[chain.last] = at;
      chain.last = at;
    } else if (typeof value === 'string') this.#byText.set(value, { first: at, last: at });
    else this.#byKey.set(valueKey(value), { first: at, last: at });
  }

  positions(value: Value): PositionCursor {
    let at = this.#chain(value)?.first ?? -1;
    return {
      next: () => {
        if (at === -1) return undefined;
        const position = this.#documents[at];
        at = this.#next[at];
        return position;
      },
    };
  }

  #chain(value: Value): Chain | undefined {
    return typeof value === 'string' ? this.#byText.get(value) : this.#byKey.get(valueKey(value));
  }
}

function readField(position: DocumentPosition, field: (bytes: Uint8Array, record: number) => Value): Value | undefined {
  try {
    return field(position.bytes, position.record);
  } catch (error) {
    if (isRowError(error)) return undefined;
    throw error;
  }
}
