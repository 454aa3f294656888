import { encodeDocumentKey } from '../../document/record.ts';
import type { ByteRange } from '../../tree/tree-cursor.ts';
import { READ_ITEM_BYTES, READ_ITEMS_MAX } from './read-limits.ts';
import { joinRanges, spanOf, WalkedRange } from './walked-range.ts';

/** Keys and ranges that may still be remembered one by one. */
interface Room {
  left: number;
}

/** Everything that a serializable transaction has read and must find unchanged when it commits. */
export class ReadSet {
  readonly #room: Room;
  readonly #itemsMax: number;
  readonly #collections = new Map<string, CollectionReads>();
  /** Whether it was asked which collections there are. */
  listed = false;

  constructor(itemsMax = READ_ITEMS_MAX) {
    this.#itemsMax = itemsMax;
    this.#room = { left: itemsMax };
  }

  /** Reads of a collection, there or not: what it is, or that it is not, has been read with that. */
  collection(name: string): CollectionReads {
    let reads = this.#collections.get(name);
    if (reads === undefined) {
      reads = new CollectionReads(this.#room);
      this.#collections.set(name, reads);
    }
    return reads;
  }

  get collections(): ReadonlyMap<string, CollectionReads> {
    return this.#collections;
  }

  /** Memory that it takes, about. */
  get bytes(): number {
    return (this.#itemsMax - this.#room.left + this.#collections.size) * READ_ITEM_BYTES;
  }
}

/** What was read of one collection. */
export class CollectionReads {
  readonly #room: Room;
  readonly #keys = new Set<string>();
  readonly #indexes = new Map<string, RangeReads>();
  readonly documents: RangeReads;
  /** Whether its number of documents was asked for. */
  counted = false;

  constructor(room: Room) {
    this.#room = room;
    this.documents = new RangeReads(room);
  }

  /** A document was looked for by its key, found or not. */
  addKey(key: string): void {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    if (--this.#room.left >= 0) return;
    this.#room.left += this.#keys.size;
    this.documents.add(keysSpan(this.#keys));
    this.#keys.clear();
  }

  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  index(name: string): RangeReads {
    let reads = this.#indexes.get(name);
    if (reads === undefined) {
      reads = new RangeReads(this.#room);
      this.#indexes.set(name, reads);
    }
    return reads;
  }

  get indexes(): ReadonlyMap<string, RangeReads> {
    return this.#indexes;
  }
}

/** Ranges beyond which those of one tree are joined where they overlap: repeated reads are most of them. */
const JOIN_AT_RANGES = 256;

/** Ranges of one tree that were read. */
export class RangeReads {
  readonly #room: Room;
  #ranges: ByteRange[] = [];
  #walks: WalkedRange[] = [];
  #joinAt = JOIN_AT_RANGES;

  constructor(room: Room) {
    this.#room = room;
  }

  add(range: ByteRange): void {
    this.#ranges.push(range);
    this.#added();
  }

  /** A walk begins, of which nobody knows yet how far it will go. */
  walk(whole: ByteRange, backward: boolean): WalkedRange {
    const walked = new WalkedRange(whole, backward);
    this.#walks.push(walked);
    this.#added();
    return walked;
  }

  /** In order, without overlaps. */
  get ranges(): readonly ByteRange[] {
    return joinRanges([...this.#ranges, ...this.#walks.flatMap(({ range }) => range ?? [])]);
  }

  #added(): void {
    const isFull = --this.#room.left < 0;
    const before = this.#ranges.length + this.#walks.length;
    if (!isFull && before < this.#joinAt) return;
    // A walk may still go on, so it counts in full.
    const joined = joinRanges([...this.#ranges, ...this.#walks.map(({ whole }) => whole)]);
    this.#walks = [];
    this.#ranges = isFull ? [spanOf(joined)] : joined;
    this.#room.left += before - this.#ranges.length;
    this.#joinAt = Math.max(JOIN_AT_RANGES, 2 * this.#ranges.length);
  }
}

function keysSpan(keys: Iterable<string>): ByteRange {
  let lower: Uint8Array | undefined;
  let upper: Uint8Array | undefined;
  for (const key of keys) {
    const bytes = encodeDocumentKey(key);
    if (lower === undefined || Buffer.compare(bytes, lower) < 0) lower = bytes;
    if (upper === undefined || Buffer.compare(bytes, upper) > 0) upper = bytes;
  }
  return { lower, upper: Buffer.concat([upper!, Uint8Array.of(0)]) };
}
