import { ColumnChunk } from './column-chunk.ts';
import { ColumnDictionary } from './column-dictionary.ts';
import type { BlockPlace, PageColumn } from './column-page.ts';

/** Names that lead from a document to a field. */
export type FieldPath = readonly string[];

/** Room for values that are a little longer than those of the chunk before. */
const ROOM = 1.03;

/** One field of one collection: its dictionary, and what its chunks cost. */
export class Column {
  readonly path: FieldPath;
  /** Its place in the arrays of pages, its own until it is evicted. */
  readonly slot: number;
  /** The clock's mark: set by every scan, taken away by the hand that looks for something to evict. */
  used = true;
  sizeBytes = 0;
  #dictionary: ColumnDictionary | undefined = new ColumnDictionary();
  #kind: 'numbers' | 'bytes' = 'bytes';
  #lastChunk: { readonly chunk: ColumnChunk; readonly rows: number } | undefined;

  constructor(path: FieldPath, slot: number) {
    this.path = path;
    this.slot = slot;
  }

  /** What a chunk for so many rows takes, values in bytes guessed. */
  chunkBytes(rows: number): number {
    return rows * (this.#dictionary !== undefined ? 1 : this.#kind === 'numbers' ? 8 : 16);
  }

  openChunk(rows: number): ColumnChunk {
    const last = this.#lastChunk;
    // As much room as the chunk before has come to need, so that most are allocated once.
    const valueBytes = last && last.chunk.valueBytes > 1 ? (ROOM * last.chunk.valueBytes) / last.rows : undefined;
    const chunk = ColumnChunk.open(rows, this.#dictionary ?? this.#kind, valueBytes);
    this.#lastChunk = { chunk, rows };
    return chunk;
  }

  /** Takes in the values of a block; answers by how many bytes the chunk grew. */
  fill({ chunk, filled }: PageColumn, place: BlockPlace, bytes: Uint8Array, offsets: Uint32Array): number {
    const before = chunk.sizeBytes;
    const { start, count } = place;
    const done = chunk.put(start, count, bytes, offsets);
    if (done < count) {
      chunk.leaveDictionary(this.#leaveDictionary());
      chunk.put(start, count, bytes, offsets, done);
    }
    filled[place.block] = 1;
    return chunk.sizeBytes - before;
  }

  /** Too many or too long values: from now on numbers where most of those known are numbers, else bytes. */
  #leaveDictionary(): 'numbers' | 'bytes' {
    const dictionary = this.#dictionary;
    if (dictionary === undefined) return this.#kind;
    let numbers = 0;
    for (let code = 1; code < dictionary.size; code++) if (!Number.isNaN(dictionary.numbers[code])) numbers++;
    this.#kind = 2 * numbers > dictionary.size ? 'numbers' : 'bytes';
    this.#dictionary = undefined;
    return this.#kind;
  }
}
