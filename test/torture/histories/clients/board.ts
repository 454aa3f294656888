import type { SeededRandom } from '../../../harness/seeded-random.ts';
import type { Level } from '../lists/history.ts';

/** Lists of one bucket: what a scan reads at once. */
const BUCKET_LISTS = 4;
/** Lists that are worked on at a time. */
const ACTIVE_LISTS = 2 * BUCKET_LISTS;
/** Values that a list gets, about, before another takes its place: lists grow with every append. */
const LIST_VALUES_MAX = 40;

/** What all clients of one history share: the lists that they meet at, fresh values, and a clock. */
export class Board {
  readonly random: SeededRandom;
  readonly levels: readonly Level[];
  #clock = 0;
  #nextValue = 1;
  #appends = 0;

  /** @param levels of transactions, each as likely as it is often named */
  constructor(random: SeededRandom, levels: readonly Level[]) {
    this.random = random;
    this.levels = levels;
  }

  /** A moment later than all before it. */
  now(): number {
    return ++this.#clock;
  }

  nextValue(): number {
    return this.#nextValue++;
  }

  /** A list to append to: they are given up one bucket after the other. */
  listToAppend(): number {
    this.#appends++;
    return this.#anyList();
  }

  listToRead(): number {
    return this.#anyList();
  }

  /** The lists of a bucket that somebody may be appending to. */
  bucketToScan(): number {
    return Math.floor(this.#anyList() / BUCKET_LISTS);
  }

  static bucketOf(list: number): number {
    return Math.floor(list / BUCKET_LISTS);
  }

  static listsOf(bucket: number): number[] {
    return Array.from({ length: BUCKET_LISTS }, (_, at) => bucket * BUCKET_LISTS + at);
  }

  #anyList(): number {
    const full = Math.floor(this.#appends / (LIST_VALUES_MAX * BUCKET_LISTS));
    return full * BUCKET_LISTS + this.random.below(ACTIVE_LISTS);
  }
}
