import { isSound } from '../block/build.ts';
import { recordCount, recordEnd, recordKeyEnd, recordKeyStart } from '../block/layout.ts';
import { compareBytes, findRecord } from '../block/search.ts';
import type { EnvironmentReader } from '../database/disk/lmdb-environment.ts';
import { blockKey } from '../database/disk/stored-keys.ts';
import type { BlockReference } from '../tree/block-reference.ts';
import type { TreeVersion } from '../tree/tree-version.ts';

/** Blocks that lookups keep: entries of neighbouring documents are often in the same ones. */
const KEPT_BLOCKS = 1_024;

/** One record of a tree, as bytes that are its caller's to keep. */
export interface StoredRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A tree as the file has it: nothing comes from memory, nothing is believed. */
export class StoredTree {
  readonly #tree: TreeVersion;
  readonly #reader: EnvironmentReader;
  readonly #kept = new Map<BlockReference, Buffer | undefined>();

  constructor(tree: TreeVersion, reader: EnvironmentReader) {
    this.#tree = tree;
    this.#reader = reader;
  }

  /**
   * Walks the records of every sound block, in order.
   * @param onProblem told of blocks that are missing, damaged or out of place; their records are left out
   */
  *blocks(onProblem: (problem: string) => void): Generator<StoredRecord[]> {
    let last: Uint8Array | undefined;
    let position = 0;
    for (const reference of this.#tree.references) {
      const next = this.#tree.references.at(++position)?.fence;
      const place = Buffer.from(reference.fence).toString('hex') || 'first';
      const bytes = this.#read(reference);
      if (bytes === undefined) {
        onProblem(`block ${place} is missing or damaged`);
        continue;
      }
      const records = recordsOf(bytes);
      for (const { key } of records) {
        const isInPlace =
          compareBytes(key, reference.fence) >= 0 && (next === undefined || compareBytes(key, next) < 0);
        if (!isInPlace || (last !== undefined && compareBytes(last, key) >= 0)) {
          onProblem(`a record of block ${place} stands in the wrong place`);
        }
        last = key;
      }
      yield records;
    }
  }

  /** Whether the tree has a record with this key; false as well where its block cannot be read. */
  has(key: Uint8Array): boolean {
    const position = this.#tree.position(key);
    if (position < 0) return false;
    const reference = this.#tree.references.at(position)!;
    if (!this.#kept.has(reference)) {
      if (this.#kept.size >= KEPT_BLOCKS) this.#kept.clear();
      this.#kept.set(reference, this.#read(reference));
    }
    const bytes = this.#kept.get(reference);
    return bytes !== undefined && findRecord(bytes, key) >= 0;
  }

  #read(reference: BlockReference): Buffer | undefined {
    const bytes = this.#reader.get(blockKey(this.#tree.treeId, reference.fence));
    return bytes !== undefined && isSound(bytes, reference.successor) ? bytes : undefined;
  }
}

function recordsOf(bytes: Buffer): StoredRecord[] {
  return Array.from({ length: recordCount(bytes) }, (_, record) => ({
    key: bytes.subarray(recordKeyStart(bytes, record), recordKeyEnd(bytes, record)),
    value: bytes.subarray(recordKeyEnd(bytes, record), recordEnd(bytes, record)),
  }));
}
