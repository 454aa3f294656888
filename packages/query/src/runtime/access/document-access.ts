import { compareValues, type Value } from '@cairn/protocol/internal';
import type { BlockCursor, CollectionView, DocumentPosition, KeyRange } from '@cairn/storage/internal';
import { UnknownCollectionError } from '../../plan/problems/plan-errors.ts';
import { type AccessHost, type BoundValue, membershipValues } from './access-host.ts';
import { type CoveredEntries, coveredEntries, type EntryOrder, noEntries } from './covered-entries.ts';
import { HashTable } from './hash-table.ts';
import { type IndexLookup, indexPositions } from './index-positions.ts';
import { MergeLookup } from './merge-lookup.ts';
import { orderedPositions } from './ordered-positions.ts';
import { noPositions, type PositionCursor, positionsOfBlocks, positionsOfKeys } from './position-cursor.ts';
import { unionPositions } from './union-positions.ts';

/** How generated code reaches documents: by scans, keys, indexes and tables built for one run. */
export class DocumentAccess {
  /** No documents. */
  readonly nothing = noPositions;
  readonly noEntries = noEntries;
  readonly #host: AccessHost;
  readonly #tables = new Map<unknown, HashTable>();
  readonly #lookups = new Map<unknown, MergeLookup>();
  /** The statement writes while it reads: cursors are then read to their end first (blocks never change). */
  readonly #detached: boolean;

  constructor(host: AccessHost, options: { detached: boolean }) {
    this.#host = host;
    this.#detached = options.detached;
  }

  collection(name: string): CollectionView {
    const collection = this.#host.view.collection(name);
    if (collection === undefined) throw new UnknownCollectionError(name);
    return collection;
  }

  /** The blocks of a collection, or those with keys between two bounds. */
  blocks(
    name: string,
    lower: BoundValue | undefined,
    upper: BoundValue | undefined,
    direction: 'forward' | 'backward',
  ): BlockCursor {
    const cursor = this.collection(name).blocks(keyRange(lower, upper), direction);
    return this.#detached ? detach(cursor) : cursor;
  }

  /** The document with a key, or with an `_id` when the prefix of the collection's ids is given. */
  keyPosition(name: string, key: Value, prefix: string | undefined): PositionCursor {
    const text = keyText(key, prefix);
    if (text === undefined) return noPositions;
    return single(this.collection(name).get(text));
  }

  /** The document with a key, for keys that come in order: `slot` remembers where the one before was found. */
  mergeLookup(slot: unknown, name: string, key: Value): PositionCursor {
    let lookup = this.#lookups.get(slot);
    if (lookup === undefined) this.#lookups.set(slot, (lookup = new MergeLookup(this.collection(name))));
    return typeof key === 'string' ? single(lookup.position(key)) : noPositions;
  }

  /** The documents with the given keys, in key order, each once. */
  keyPositions(name: string, keys: Value, prefix: string | undefined): PositionCursor {
    const texts = new Set<string>();
    for (const key of membershipValues(keys)) {
      const text = keyText(key, prefix);
      if (text !== undefined) texts.add(text);
    }
    return positionsOfKeys(this.collection(name), [...texts].sort(compareValues));
  }

  indexPositions(name: string, index: string, lookup: IndexLookup): PositionCursor {
    return indexPositions(this.collection(name), index, lookup, this.#host);
  }

  /** The documents of an index lookup in the order of the fields behind `equal`, those with equal values in key order. */
  orderedPositions(name: string, index: string, lookup: IndexLookup, descending: boolean): PositionCursor {
    return orderedPositions(this.collection(name), index, lookup, { descending, host: this.#host });
  }

  /** The documents that any of the lookups finds, each once, in key order. */
  unionPositions(name: string, lookups: readonly (IndexLookup & { readonly index: string })[]): PositionCursor {
    return unionPositions(this.collection(name), lookups, this.#host);
  }

  /** The entries of an index lookup, in the order of the documents' keys where that matters, or one for each value. */
  coveredEntries(name: string, index: string, lookup: IndexLookup, order: EntryOrder): CoveredEntries {
    return coveredEntries(this.collection(name), index, lookup, { order, host: this.#host });
  }

  /** Every document, one at a time; for nested loops, which have nothing better. */
  allPositions(name: string): PositionCursor {
    const cursor = this.blocks(name, undefined, undefined, 'forward');
    return positionsOfBlocks(cursor);
  }

  /** The table of the documents' `field` for `slot`, the same throughout the run. */
  hashTable(slot: unknown, name: string, field: (bytes: Uint8Array, record: number) => Value): HashTable {
    let table = this.#tables.get(slot);
    if (table === undefined) {
      const collection = this.#detached ? undefined : this.collection(name);
      table = new HashTable({ documents: () => this.allPositions(name), field, collection }, this.#host);
      this.#tables.set(slot, table);
    }
    return table;
  }

  /** Forgets tables: the statement has written, and later reads see it. */
  forgetTables(): void {
    for (const table of this.#tables.values()) table.close();
    this.#tables.clear();
  }
}

/** The range between two bounds, in which a value that is no key does not count. */
export function keyRange(lower: BoundValue | undefined, upper: BoundValue | undefined): KeyRange | undefined {
  if (lower === undefined && upper === undefined) return undefined;
  return { ...keyBound('lower', lower), ...keyBound('upper', upper) };
}

function keyBound(side: 'lower' | 'upper', bound: BoundValue | undefined) {
  if (bound === undefined || typeof bound.value !== 'string') return {};
  return side === 'lower'
    ? { lower: bound.value, lowerInclusive: bound.inclusive }
    : { upper: bound.value, upperInclusive: bound.inclusive };
}

function keyText(key: Value, prefix: string | undefined): string | undefined {
  if (typeof key !== 'string') return undefined;
  if (prefix === undefined) return key;
  return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
}

function single(position: DocumentPosition | undefined): PositionCursor {
  if (position === undefined) return noPositions;
  let next: DocumentPosition | undefined = position;
  return {
    next() {
      const current = next;
      next = undefined;
      return current;
    },
  };
}

function detach(cursor: BlockCursor): BlockCursor {
  const slices: ReturnType<BlockCursor['next']>[] = [];
  for (let slice = cursor.next(); slice !== undefined; slice = cursor.next()) {
    slices.push({ bytes: slice.bytes, from: slice.from, to: slice.to });
  }
  let index = 0;
  return { next: () => slices[index++] };
}
