import { readFileSync } from 'node:fs';

/** Bytes [from, to) of a file. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The bytes of an LMDB file that the newest state needs: the values themselves, and LMDB's own bytes around them. */
export interface LmdbSpans {
  readonly values: readonly Span[];
  readonly structure: readonly Span[];
}

/*
 * The layout of LMDB's pages, as far as telling values from LMDB's own bytes needs it. Numbers are little-endian.
 *   page: number 8, transaction 8, padding 2, flags 2, then lower 2 and upper 2, or the count of pages 4; pointers 2 each;
 *         lower, upper and pointers count from behind the header
 *   node: low 2, high 2, flags 2, bytes of the key 2, key, value. Of a branch, the first three are a page number.
 */
const PAGE_BYTES = 4096;
const HEADER_BYTES = 24;
const NODE_HEADER_BYTES = 8;
const FLAGS_AT = 18;
const LOWER_AT = 20;
const BRANCH = 0x01;
const LEAF = 0x02;
/** The value stands on pages of its own; the node holds their number. */
const ON_OWN_PAGES = 0x01;
const META_PAGES = 2;
const FREE_ROOT_AT = HEADER_BYTES + 64;
const MAIN_ROOT_AT = HEADER_BYTES + 112;
const TRANSACTION_AT = HEADER_BYTES + 128;
const META_BYTES = HEADER_BYTES + 144;
const NO_PAGE = 0xffffffffffffffffn;

/** Walks the trees of the newest state of an LMDB file. */
export function lmdbSpans(path: string): LmdbSpans {
  const walk = new PageWalk(readFileSync(path));
  walk.run();
  return walk;
}

class PageWalk implements LmdbSpans {
  readonly values: Span[] = [];
  readonly structure: Span[] = [];
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): void {
    const metas = Array.from({ length: META_PAGES }, (_, number) => number * PAGE_BYTES);
    for (const meta of metas) this.#own(meta, META_BYTES);
    const newest = metas.reduce((best, meta) => (this.#transaction(meta) > this.#transaction(best) ? meta : best));
    this.#tree(newest + FREE_ROOT_AT);
    this.structure.push(...this.values.splice(0)); // the lists of free pages are LMDB's own
    this.#tree(newest + MAIN_ROOT_AT);
  }

  #tree(rootAt: number): void {
    const root = this.#bytes.readBigUInt64LE(rootAt);
    if (root !== NO_PAGE) this.#page(Number(root));
  }

  #transaction(meta: number): bigint {
    return this.#bytes.readBigUInt64LE(meta + TRANSACTION_AT);
  }

  #page(number: number): void {
    const page = number * PAGE_BYTES;
    const flags = this.#bytes.readUInt16LE(page + FLAGS_AT);
    const pointersEnd = HEADER_BYTES + this.#bytes.readUInt16LE(page + LOWER_AT);
    this.#own(page, pointersEnd);
    for (let at = page + HEADER_BYTES; at < page + pointersEnd; at += 2) {
      const node = page + this.#bytes.readUInt16LE(at) + HEADER_BYTES;
      if ((flags & BRANCH) !== 0) this.#branchNode(node);
      else if ((flags & LEAF) !== 0) this.#leafNode(node);
      else throw new Error(`page ${number} is neither branch nor leaf`);
    }
  }

  #branchNode(node: number): void {
    this.#own(node, NODE_HEADER_BYTES + this.#bytes.readUInt16LE(node + 6));
    this.#page(this.#bytes.readUIntLE(node, 6));
  }

  #leafNode(node: number): void {
    const valueAt = NODE_HEADER_BYTES + this.#bytes.readUInt16LE(node + 6);
    const size = this.#bytes.readUInt32LE(node);
    if ((this.#bytes.readUInt16LE(node + 4) & ON_OWN_PAGES) === 0) {
      this.#own(node, valueAt);
      this.values.push({ from: node + valueAt, to: node + valueAt + size });
      return;
    }
    this.#own(node, valueAt + 8);
    const page = Number(this.#bytes.readBigUInt64LE(node + valueAt)) * PAGE_BYTES;
    this.#own(page, HEADER_BYTES);
    this.values.push({ from: page + HEADER_BYTES, to: page + HEADER_BYTES + size });
  }

  #own(from: number, bytes: number): void {
    this.structure.push({ from, to: from + bytes });
  }
}
