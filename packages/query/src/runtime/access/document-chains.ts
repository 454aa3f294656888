import type { Value } from '@cairn/protocol/internal';
import type { DocumentPosition } from '@cairn/storage/internal';
import { type ValueKey, valueKey } from '../../functions/value-set.ts';
import { documentBytes, valueBytes } from '../value-bytes.ts';
import type { PositionCursor } from './position-cursor.ts';

/** Documents by value: each is linked to the next with an equal value. */
export interface DocumentChains {
  /** Adds a document behind those of its value. Answers about how many bytes that takes. */
  add(value: Value, position: DocumentPosition): number;
  /** The documents of a value as they were added, and maybe others. */
  positions(value: Value): PositionCursor;
}

/** The documents of one value. */
interface Chain {
  readonly first: number;
  last: number;
}

/** Chains that keep the documents' blocks in memory: a lookup reads nothing. */
export class HeldDocuments implements DocumentChains {
  readonly #byText = new Map<string, Chain>();
  readonly #byKey = new Map<ValueKey, Chain>();
  readonly #documents: DocumentPosition[] = [];
  readonly #next: number[] = [];

  add(value: Value, position: DocumentPosition): number {
    const at = this.#documents.push(position) - 1;
    this.#next.push(-1);
    const chain = this.#chain(value);
    if (chain !== undefined) {
      this.#next[chain.last] = at;
      chain.last = at;
      return documentBytes(position.bytes);
    }
    const begun = { first: at, last: at };
    if (typeof value === 'string') this.#byText.set(value, begun);
    else this.#byKey.set(valueKey(value), begun);
    return documentBytes(position.bytes) + valueBytes(value);
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

  /** All documents in the order in which they were added. */
  get documents(): readonly DocumentPosition[] {
    return this.#documents;
  }

  #chain(value: Value): Chain | undefined {
    return typeof value === 'string' ? this.#byText.get(value) : this.#byKey.get(valueKey(value));
  }
}
