import { compareBytes } from '../block/search.ts';
import type { BlockReference } from './block-reference.ts';

type Page = readonly BlockReference[];

/** References of one page at most: what a change of one block copies, beside the list of pages. */
const PAGE_MAX = 512;
/** A page that a change leaves smaller takes in what comes after it, so that pages do not crumble. */
const PAGE_MIN = 128;

/**
 * The references of a tree's blocks, in the order of their fences. Never changed: a later list shares the pages that it has
 * in common with an earlier one, so that a commit costs what it touches and not what there is.
 */
export class BlockList implements Iterable<BlockReference> {
  readonly length: number;
  readonly #pages: readonly Page[];
  /** The position of each page's first reference, and behind them the length. */
  readonly #starts: readonly number[];
  /** The page that was looked into last: walks go on in it. */
  #recent = 0;

  constructor(pages: readonly Page[]) {
    const starts = [0];
    for (const page of pages) starts.push(starts[starts.length - 1] + page.length);
    this.#pages = pages;
    this.#starts = starts;
    this.length = starts[pages.length];
  }

  static of(references: readonly BlockReference[]): BlockList {
    const pages: Page[] = [];
    for (let at = 0; at < references.length; at += PAGE_MAX) pages.push(references.slice(at, at + PAGE_MAX));
    return new BlockList(pages);
  }

  at(position: number): BlockReference | undefined {
    if (position < 0 || position >= this.length) return undefined;
    const starts = this.#starts;
    let page = this.#recent;
    if (position < starts[page] || position >= starts[page + 1]) page = this.#pageOf(position);
    return this.#pages[page][position - starts[page]];
  }

  /** The position of the last reference whose fence is at or below `key`; 0 when none is, −1 in an empty list. */
  position(key: Uint8Array): number {
    const pages = this.#pages;
    if (pages.length === 0) return -1;
    let low = 1;
    let high = pages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareBytes(pages[middle][0].fence, key) <= 0) low = middle + 1;
      else high = middle;
    }
    const page = low - 1;
    this.#recent = page;
    return this.#starts[page] + positionIn(pages[page], key);
  }

  *[Symbol.iterator](): Generator<BlockReference> {
    for (const page of this.#pages) yield* page;
  }

  /** How many references both lists begin with. */
  sharedStart(other: BlockList): number {
    const length = Math.min(this.length, other.length);
    let shared = 0;
    while (shared < length) {
      const page = this.#pageAt(shared);
      if (page !== undefined && page === other.#pageAt(shared)) shared += page.length;
      else if (this.at(shared) === other.at(shared)) shared++;
      else break;
    }
    return Math.min(shared, length);
  }

  /** How many references both lists end with, those of `sharedStart` left out. */
  sharedEnd(other: BlockList, start: number): number {
    const length = Math.min(this.length, other.length) - start;
    let shared = 0;
    while (shared < length && this.at(this.length - 1 - shared) === other.at(other.length - 1 - shared)) shared++;
    return shared;
  }

  /** Hands the references [from, to) to `take`, whole pages at once where `takePage` accepts them. */
  copy(from: number, to: number, take: (reference: BlockReference) => void, takePage: (page: Page) => boolean): void {
    for (let at = from; at < to; ) {
      const page = this.#pageAt(at);
      if (page !== undefined && at + page.length <= to && takePage(page)) at += page.length;
      else take(this.at(at++)!);
    }
  }

  /** The page that begins at a position. */
  #pageAt(position: number): Page | undefined {
    if (position >= this.length) return undefined;
    if (this.#starts[this.#recent] !== position) this.#pageOf(position);
    return this.#starts[this.#recent] === position ? this.#pages[this.#recent] : undefined;
  }

  #pageOf(position: number): number {
    const starts = this.#starts;
    let low = 1;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= position) low = middle + 1;
      else high = middle;
    }
    this.#recent = low - 1;
    return low - 1;
  }
}

function positionIn(page: Page, key: Uint8Array): number {
  let low = 1;
  let high = page.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(page[middle].fence, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Makes a list of parts of another one and of new references. */
export class BlockListBuilder {
  readonly #pages: Page[] = [];
  #open: BlockReference[] = [];

  add(reference: BlockReference): void {
    if (this.#open.length === PAGE_MAX) this.#close();
    this.#open.push(reference);
  }

  /** Takes the references [from, to) of a list over, and its pages where they are whole. */
  copy(list: BlockList, from: number, to: number): void {
    list.copy(
      from,
      to,
      (reference) => this.add(reference),
      (page) => this.#takePage(page),
    );
  }

  build(): BlockList {
    this.#close();
    return new BlockList(this.#pages);
  }

  #takePage(page: Page): boolean {
    const isSmall = this.#open.length > 0 && this.#open.length < PAGE_MIN;
    if (isSmall || page.length < PAGE_MIN) return false;
    this.#close();
    this.#pages.push(page);
    return true;
  }

  #close(): void {
    if (this.#open.length === 0) return;
    this.#pages.push(this.#open);
    this.#open = [];
  }
}
