import type { Value } from '@cairn/protocol/internal';
import { type CollectionView, type DocumentPosition, recordKey } from '@cairn/storage/internal';
import { valueKey } from '../../functions/value-set.ts';
import type { DocumentChains } from './document-chains.ts';
import type { PositionCursor } from './position-cursor.ts';

/** Entries for which there is room at first. */
const ENTRIES_AT_FIRST = 4_096;
/** Bytes of an entry: its hash, block, record, successor, and its share of the buckets. */
const ENTRY_BYTES = 24;
/** Bytes that a string takes besides its text. */
const TEXT_BYTES = 32;

/**
 * Chains that keep of each document 24 bytes, the hash of its value and its place: a block's number and the record's. A
 * lookup reads the blocks again. Values with equal hashes are handed out together.
 *
 * The documents are in the collection anyway, so nothing is written anywhere, and lookups keep the order in which
 * they come, which partitions on the disk would not.
 */
export class PlacedDocuments implements DocumentChains {
  readonly #collection: CollectionView;
  /** Keys of documents in the blocks, by the blocks' numbers. */
  readonly #blockKeys: string[] = [];
  /** The block of the document that was added last. */
  #lastBlock: Uint8Array | undefined;
  #count = 0;
  #hashes = new Uint32Array(ENTRIES_AT_FIRST);
  #blocks = new Uint32Array(ENTRIES_AT_FIRST);
  #records = new Uint16Array(ENTRIES_AT_FIRST);
  #next = new Int32Array(ENTRIES_AT_FIRST);
  /** First and last entries by the low bits of their hashes; 0 for none, else the entry's number and one. */
  #firsts = new Int32Array(ENTRIES_AT_FIRST);
  #lasts = new Int32Array(ENTRIES_AT_FIRST);
  /** The block that was read last. */
  #read: { readonly number: number; readonly bytes: Uint8Array } | undefined;

  constructor(collection: CollectionView) {
    this.#collection = collection;
  }

  /** Documents are added in the order of their keys. */
  add(value: Value, position: DocumentPosition): number {
    if (this.#count === this.#hashes.length) this.#grow();
    const keyBytes = this.#enterBlock(position);
    const entry = this.#count++;
    this.#hashes[entry] = hashOf(value);
    this.#blocks[entry] = this.#blockKeys.length - 1;
    this.#records[entry] = position.record;
    this.#link(entry);
    return ENTRY_BYTES + keyBytes;
  }

  positions(value: Value): PositionCursor {
    const hash = hashOf(value);
    let next = this.#firsts[hash & (this.#firsts.length - 1)];
    return {
      next: () => {
        while (next !== 0) {
          const entry = next - 1;
          next = this.#next[entry];
          if (this.#hashes[entry] === hash) return this.#position(entry);
        }
        return undefined;
      },
    };
  }

  /** Remembers the key of a document in a block that is new. Answers what that takes. */
  #enterBlock({ bytes, record }: DocumentPosition): number {
    if (bytes === this.#lastBlock) return 0;
    this.#lastBlock = bytes;
    const key = recordKey(bytes, record);
    this.#blockKeys.push(key);
    return TEXT_BYTES + key.length;
  }

  /** Puts an entry behind the others of its bucket. */
  #link(entry: number): void {
    const bucket = this.#hashes[entry] & (this.#firsts.length - 1);
    const last = this.#lasts[bucket];
    if (last === 0) this.#firsts[bucket] = entry + 1;
    else this.#next[last - 1] = entry + 1;
    this.#lasts[bucket] = entry + 1;
  }

  #grow(): void {
    const size = 2 * this.#hashes.length;
    this.#hashes = grown(this.#hashes, new Uint32Array(size));
    this.#blocks = grown(this.#blocks, new Uint32Array(size));
    this.#records = grown(this.#records, new Uint16Array(size));
    this.#next = new Int32Array(size);
    this.#firsts = new Int32Array(size);
    this.#lasts = new Int32Array(size);
    for (let entry = 0; entry < this.#count; entry++) this.#link(entry);
  }

  #position(entry: number): DocumentPosition {
    const number = this.#blocks[entry];
    if (this.#read?.number !== number) {
      const { bytes } = this.#collection.blocks({ lower: this.#blockKeys[number] }).next()!;
      this.#read = { number, bytes };
    }
    return { bytes: this.#read.bytes, record: this.#records[entry] };
  }
}

function grown<T extends Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** 32 bits that equal values share: FNV-1a (G. Fowler, L. C. Noll, P. Vo) over UTF-16 units, mixed at the end. */
function hashOf(value: Value): number {
  const key = typeof value === 'string' ? value : String(valueKey(value));
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x85ebca6b) >>> 0;
}
