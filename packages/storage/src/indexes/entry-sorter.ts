/** Bytes that the sorter begins with. */
const FIRST_BYTES = 64 * 1024;
const FIRST_ENTRIES = 1024;
/** A number holds this many leading bytes of a key exactly; most comparisons end there. */
const PREFIX_BYTES = 6;
const HAS_NULL = 0x8000;

/** What the sorter hands out: the entry's key (fields, then document key), and where its fields end. */
export interface SortedEntry {
  /** A view, good until the sorter is dropped. */
  readonly key: Uint8Array;
  readonly fieldsLength: number;
  readonly hasNull: boolean;
}

/**
 * Puts the entries of a whole collection in order. They lie back to back in one growing buffer, because a million small
 * objects would take some hundred megabytes.
 */
export class EntrySorter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #end = 0;
  /** Where each entry ends. */
  #ends = new Float64Array(FIRST_ENTRIES);
  #prefixes = new Float64Array(FIRST_ENTRIES);
  /** Length of the fields, and the highest bit for a null among them. */
  #fields = new Uint16Array(FIRST_ENTRIES);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(fields: Uint8Array, documentKey: Uint8Array, hasNull: boolean): void {
    const length = fields.length + documentKey.length;
    this.#makeRoom(length);
    const start = this.#end;
    this.#bytes.set(fields, start);
    this.#bytes.set(documentKey, start + fields.length);
    this.#end = start + length;
    this.#ends[this.#count] = this.#end;
    this.#fields[this.#count] = fields.length | (hasNull ? HAS_NULL : 0);
    this.#prefixes[this.#count] = this.#prefixAt(start, length);
    this.#count++;
  }

  /** The entries by their keys, as bytes. */
  *inOrder(): Generator<SortedEntry, void, undefined> {
    const order = new Uint32Array(this.#count);
    for (let at = 0; at < order.length; at++) order[at] = at;
    const prefixes = this.#prefixes;
    order.sort((a, b) => prefixes[a] - prefixes[b] || this.#compare(a, b));
    for (const at of order) {
      const fields = this.#fields[at];
      const key = this.#bytes.subarray(this.#startOf(at), this.#ends[at]);
      yield { key, fieldsLength: fields & ~HAS_NULL, hasNull: (fields & HAS_NULL) !== 0 };
    }
  }

  #startOf(at: number): number {
    return at === 0 ? 0 : this.#ends[at - 1];
  }

  #compare(a: number, b: number): number {
    const bytes = this.#bytes;
    return bytes.compare(bytes, this.#startOf(b), this.#ends[b], this.#startOf(a), this.#ends[a]);
  }

  #prefixAt(start: number, length: number): number {
    let prefix = 0;
    for (let i = 0; i < PREFIX_BYTES; i++) prefix = prefix * 256 + (i < length ? this.#bytes[start + i] : 0);
    return prefix;
  }

  #makeRoom(length: number): void {
    if (this.#end + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#end + length));
      this.#bytes.copy(larger, 0, 0, this.#end);
      this.#bytes = larger;
    }
    if (this.#count < this.#ends.length) return;
    this.#ends = grown(this.#ends, new Float64Array(this.#count * 2));
    this.#prefixes = grown(this.#prefixes, new Float64Array(this.#count * 2));
    this.#fields = grown(this.#fields, new Uint16Array(this.#count * 2));
  }
}

function grown<T extends Float64Array | Uint16Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
