import { CairnError, compareValues, type Value } from '@cairn/protocol/internal';
import type { CollectionView, IndexEntryCursor, IndexRange, IndexView } from '@cairn/storage/internal';
import { RUN_TUNING } from '../limits.ts';
import type { AccessHost } from './access-host.ts';
import { fieldValue } from './field-value.ts';
import { type IndexLookup, lookupRanges } from './index-positions.ts';

/** Rows that are read from the entries of an index, without their documents. */
export interface CoveredEntries {
  next(): boolean;
  key(): string;
  /** The value of the index's field of that number, as the document has it. */
  value(field: number): Value;
}

export const noEntries: CoveredEntries = { next: () => false, key: () => '', value: () => null };

/** `key`: as the documents' keys stand; `none`: it does not matter; `distinct`: nor does more than one entry of a value. */
export type EntryOrder = 'key' | 'none' | 'distinct';

/** The entries of a lookup; those of one value in all fields are in the order of the documents' keys, others are sorted for it. */
export function coveredEntries(
  collection: CollectionView,
  name: string,
  lookup: IndexLookup,
  options: { readonly order: EntryOrder; readonly host: AccessHost },
): CoveredEntries {
  const index = collection.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw new CairnError('not_found', `Index '${name}' not found`);
  const { equal, within, lower, upper } = lookup;
  const whole = equal.length === index.fields.length && within === undefined && !lower && !upper;
  const ranges = lookupRanges(lookup);
  // Behind a value that is too long for its entry there is no telling where the next one begins.
  if (options.order === 'distinct' && index.exact && within === undefined) {
    return new DistinctEntries(collection, index, ranges[0]);
  }
  const walked = new WalkedEntries(
    collection,
    index,
    ranges.map((range) => index.scanEntries(range)),
  );
  return whole || options.order !== 'key' ? walked : sorted(walked, index, options.host);
}

/** Walks the entries of several ranges, one behind the other. */
class WalkedEntries implements CoveredEntries {
  readonly #collection: CollectionView;
  readonly #index: IndexView;
  readonly #cursors: readonly IndexEntryCursor[];
  #at = 0;

  constructor(collection: CollectionView, index: IndexView, cursors: readonly IndexEntryCursor[]) {
    this.#collection = collection;
    this.#index = index;
    this.#cursors = cursors;
  }

  next(): boolean {
    for (; this.#at < this.#cursors.length; this.#at++) if (this.#cursors[this.#at].next()) return true;
    return false;
  }

  key(): string {
    return this.#cursors[this.#at].documentKey();
  }

  /** From the document where the entry cannot say it exactly. */
  value(field: number): Value {
    const known = this.#index.exact ? this.#cursors[this.#at].field(field) : undefined;
    if (known !== undefined) return known;
    const position = this.#collection.get(this.key());
    return position === undefined ? null : fieldValue(position, this.#index.fields[field]);
  }
}

/** Goes from each value of a field straight to the next one. */
class DistinctEntries implements CoveredEntries {
  readonly #collection: CollectionView;
  readonly #index: IndexView;
  readonly #range: IndexRange;
  #entries: WalkedEntries | undefined;
  #value: Value = null;

  constructor(collection: CollectionView, index: IndexView, range: IndexRange) {
    this.#collection = collection;
    this.#index = index;
    this.#range = range;
  }

  next(): boolean {
    const range = this.#range;
    const behind = this.#entries === undefined ? range : { ...range, lower: { value: this.#value, inclusive: false } };
    this.#entries = new WalkedEntries(this.#collection, this.#index, [this.#index.scanEntries(behind)]);
    if (!this.#entries.next()) return false;
    this.#value = this.#entries.value(range.equal.length);
    return true;
  }

  key(): string {
    return this.#entries!.key();
  }

  value(field: number): Value {
    return field === this.#range.equal.length ? this.#value : this.#entries!.value(field);
  }
}

interface KeptEntry {
  readonly key: string;
  readonly values: readonly Value[];
}

function sorted(entries: CoveredEntries, index: IndexView, host: AccessHost): CoveredEntries {
  const kept: KeptEntry[] = [];
  while (entries.next()) {
    if (kept.length % 256 === 0) host.checkpoint();
    host.memory.keep((index.fields.length + 2) * RUN_TUNING.bytesPerMember);
    kept.push({ key: entries.key(), values: index.fields.map((_, field) => entries.value(field)) });
  }
  kept.sort((a, b) => compareValues(a.key, b.key));
  let at = -1;
  return { next: () => ++at < kept.length, key: () => kept[at].key, value: (field) => kept[at].values[field] };
}
