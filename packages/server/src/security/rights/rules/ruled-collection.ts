import type { Value } from '@cairn/protocol/internal';
import type {
  BlockReference,
  BlockReferenceCursor,
  BlockSlice,
  CollectionView,
  DocumentPosition,
  IndexView,
  KeyRange,
  ScanDirection,
} from '@cairn/storage/internal';
import { RuledIndex } from './ruled-index.ts';
import type { SubjectRules } from './subject-rules.ts';

/** A collection as one subject is shown it. */
export class RuledCollection implements CollectionView {
  readonly isNarrowed = true;
  readonly #collection: CollectionView;
  readonly #rules: SubjectRules;

  constructor(collection: CollectionView, rules: SubjectRules) {
    this.#collection = collection;
    this.#rules = rules;
  }

  /** Another one than the whole collection's, so that nothing that was remembered of that is taken for this. */
  get id(): number {
    return -1 - this.#collection.id;
  }

  get name(): string {
    return this.#collection.name;
  }

  get type(): string {
    return this.#collection.type;
  }

  get properties(): Value {
    return this.#collection.properties;
  }

  /** Counted one by one: what the catalogue knows is the number of all. */
  get count(): number {
    if (!this.#rules.narrows) return this.#collection.count;
    const cursor = this.blocks();
    let count = 0;
    for (let slice = cursor.next(); slice !== undefined; slice = cursor.next()) count += slice.to - slice.from;
    return count;
  }

  /** How large the collection is, is no secret: without it no way to read it could be chosen. */
  get approximateCount(): number {
    return this.#collection.approximateCount;
  }

  /** Those that tell nothing of hidden fields. */
  get indexes(): readonly IndexView[] {
    const { hidden } = this.#rules;
    return this.#collection.indexes
      .filter(({ fields }) => hidden === undefined || !hidden.touches(fields))
      .map((index) => new RuledIndex(index, this.#rules.narrows ? (key) => this.#isShown(key) : undefined));
  }

  get(key: string): DocumentPosition | undefined {
    const position = this.#collection.get(key);
    return position !== undefined && this.#rules.allows('read', position) ? this.#rules.shown(position) : undefined;
  }

  blocks(range?: KeyRange, direction: ScanDirection = 'forward'): BlockReferenceCursor {
    return new RuledCursor(this.#collection.blocks(range, direction), this.#rules, direction === 'backward');
  }

  /** None: guesses from documents that are not shown would tell of them in plans. */
  sampleBlocks(): readonly { readonly bytes: Uint8Array }[] {
    return [];
  }

  #isShown(key: string): boolean {
    const position = this.#collection.get(key);
    return position !== undefined && this.#rules.allows('read', position);
  }
}

/** Walks what is shown of the blocks: one slice for each run of documents, an empty one for a block without any. */
class RuledCursor implements BlockReferenceCursor {
  readonly isWhole = false;
  readonly #cursor: BlockReferenceCursor;
  readonly #rules: SubjectRules;
  readonly #isBackward: boolean;
  /** The block at hand, and the record at which the next run is looked for. */
  #slice: BlockSlice | undefined;
  #at = 0;

  constructor(cursor: BlockReferenceCursor, rules: SubjectRules, isBackward: boolean) {
    this.#cursor = cursor;
    this.#rules = rules;
    this.#isBackward = isBackward;
  }

  get fenceBehind(): Uint8Array | undefined {
    return this.#cursor.fenceBehind;
  }

  next(): BlockSlice | undefined {
    const rest = this.#slice === undefined ? undefined : this.#nextRun(this.#slice);
    if (rest !== undefined) return rest;
    const slice = this.#cursor.next();
    this.#slice = slice;
    if (slice === undefined) return undefined;
    this.#at = this.#isBackward ? slice.to - 1 : slice.from;
    // Whoever walks looks at its clock between two slices, also where nothing is shown for long.
    return this.#nextRun(slice) ?? { bytes: slice.bytes, from: slice.from, to: slice.from };
  }

  nextReference(): BlockReference | undefined {
    throw wholeBlocks();
  }

  slice(): BlockSlice | undefined {
    throw wholeBlocks();
  }

  bytesOf(): Uint8Array {
    throw wholeBlocks();
  }

  #nextRun(slice: BlockSlice): BlockSlice | undefined {
    const run = this.#isBackward ? this.#runBefore(slice) : this.#runBehind(slice);
    if (run === undefined || this.#rules.hidden === undefined) return run;
    const bytes = this.#rules.shownBlock(run.bytes, run.from, run.to);
    return { bytes, from: 0, to: run.to - run.from };
  }

  #runBehind({ bytes, to }: BlockSlice): BlockSlice | undefined {
    let from = this.#at;
    while (from < to && !this.#rules.allows('read', { bytes, record: from })) from++;
    let end = from;
    while (end < to && (end === from || this.#rules.allows('read', { bytes, record: end }))) end++;
    this.#at = end + 1;
    return from < to ? { bytes, from, to: end } : undefined;
  }

  #runBefore({ bytes, from }: BlockSlice): BlockSlice | undefined {
    let last = this.#at;
    while (last >= from && !this.#rules.allows('read', { bytes, record: last })) last--;
    let first = last;
    while (first > from && this.#rules.allows('read', { bytes, record: first - 1 })) first--;
    this.#at = first - 2;
    return last >= from ? { bytes, from: first, to: last + 1 } : undefined;
  }
}

/** Whoever wants blocks by reference knows what is in them, or would: see `isNarrowed`. */
function wholeBlocks(): Error {
  return new Error('whole blocks are not shown');
}
