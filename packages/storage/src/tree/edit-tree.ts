import { buildBlock, type RecordSource, recordBytes } from '../block/build.ts';
import {
  BLOCK_HEADER_BYTES,
  DIRECTORY_ENTRY_BYTES,
  recordCount,
  recordKeyEnd,
  recordKeyStart,
} from '../block/layout.ts';
import { compareBytes, compareRange } from '../block/search.ts';
import { BlockListBuilder } from './block-list.ts';
import { BlockReference } from './block-reference.ts';
import { TreeVersion } from './tree-version.ts';

/** A change of one record: a new value, or undefined for its removal. */
export interface RecordChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

export interface EditOptions {
  readonly blockMaxBytes: number;
  /** The bytes of a block of the version that is being edited. */
  readonly read: (reference: BlockReference) => Uint8Array;
}

export interface EditResult {
  readonly version: TreeVersion;
  readonly written: readonly BlockReference[];
  /** Fences of blocks that are no more. */
  readonly removedFences: readonly Uint8Array[];
  readonly superseded: readonly BlockReference[];
}

const EMPTY = new Uint8Array(0);
/** A block filled to less than this share of the maximum looks for a neighbour to join. */
const MERGE_BELOW = 0.25;
/** Joining must leave room, or the next insert would split again. */
const MERGE_UP_TO = 0.75;
/** Compacting fills blocks up to this share of the maximum. */
const COMPACT_UP_TO = 0.9;

/** A block to be written: its fence, and where its records come from. */
interface Draft {
  readonly fence: Uint8Array;
  readonly records: RecordSource[];
}

/**
 * Applies changes, sorted by key and one a key, to a version of a tree: the one way in which blocks change, for commits
 * and for what a transaction sees of its own writes. Each touched block is built once.
 */
export function editTree(version: TreeVersion, changes: readonly RecordChange[], options: EditOptions): EditResult {
  const edit = new TreeEdit(version, options);
  edit.apply(changes);
  return edit.finish();
}

/** Joins runs of neighbouring blocks that fit into one with some room to spare. */
export function compactTree(version: TreeVersion, options: EditOptions): EditResult {
  const edit = new TreeEdit(version, options);
  edit.compact();
  return edit.finish();
}

class TreeEdit {
  readonly #version: TreeVersion;
  readonly #options: EditOptions;
  /** New content of a position: the drafts that take the place of its block (none: it is removed). */
  readonly #drafts = new Map<number, Draft[]>();

  constructor(version: TreeVersion, options: EditOptions) {
    this.#version = version;
    this.#options = options;
  }

  apply(changes: readonly RecordChange[]): void {
    const references = this.#version.references;
    if (references.length === 0) {
      const records = changes.filter((change) => change.value !== undefined) as {
        key: Uint8Array;
        value: Uint8Array;
      }[];
      if (records.length > 0) this.#drafts.set(-1, this.#divide(EMPTY, records, true));
      return;
    }
    let at = 0;
    while (at < changes.length) {
      const position = this.#version.position(changes[at].key);
      const next = references.at(position + 1)?.fence;
      let end = at + 1;
      while (end < changes.length && (next === undefined || compareBytes(changes[end].key, next) < 0)) end++;
      this.#change(position, changes, at, end);
      at = end;
    }
  }

  compact(): void {
    const { references } = this.#version;
    const sizes = Array.from(references, (reference) => this.#options.read(reference).length);
    const full = this.#options.blockMaxBytes * COMPACT_UP_TO;
    for (let start = 0; start < references.length; ) {
      let end = start + 1;
      for (let size = sizes[start]; end < references.length && size + sizes[end] <= full; end++) size += sizes[end];
      if (end - start > 1) this.#join(start, end);
      start = end;
    }
  }

  #join(start: number, end: number): void {
    const records: RecordSource[] = [];
    for (let position = start; position < end; position++) {
      records.push(...this.#draftOf(position).records);
      this.#drafts.set(position, []);
    }
    this.#drafts.set(start, [{ fence: this.#version.references.at(start)!.fence, records }]);
  }

  /** Merges the changes [from, to) into the block at `position`. */
  #change(position: number, changes: readonly RecordChange[], from: number, to: number): void {
    const reference = this.#version.references.at(position)!;
    const bytes = this.#options.read(reference);
    const count = recordCount(bytes);
    const records: RecordSource[] = [];
    let record = 0;
    let appended = true;
    for (let at = from; at < to; at++) {
      const { key, value } = changes[at];
      let order = 1;
      while (
        record < count &&
        (order = compareRange(bytes, recordKeyStart(bytes, record), recordKeyEnd(bytes, record), key)) < 0
      ) {
        records.push({ from: bytes, record: record++ });
      }
      if (record < count) {
        appended = false;
        if (order === 0) record++;
      }
      if (value !== undefined) records.push({ key, value });
    }
    while (record < count) records.push({ from: bytes, record: record++ });
    const isLast = position === this.#version.references.length - 1;
    this.#drafts.set(position, this.#divide(reference.fence, records, appended && isLast));
    this.#joinIfSmall(position);
  }

  /** Cuts records into drafts of at most the block size; `fill`: as full as they go, because more keys will follow. */
  #divide(fence: Uint8Array, records: RecordSource[], fill: boolean): Draft[] {
    if (records.length === 0) return [];
    const max = this.#options.blockMaxBytes;
    const total = sizeOf(records);
    if (total <= max) return [{ fence, records }];
    const target = fill ? max : Math.ceil(total / Math.ceil(total / (max * 0.9)));
    const drafts: Draft[] = [];
    let current: RecordSource[] = [];
    let size = BLOCK_HEADER_BYTES;
    for (const source of records) {
      const bytes = recordBytes(source) + DIRECTORY_ENTRY_BYTES;
      if (current.length > 0 && size + bytes > target) {
        drafts.push({
          fence: drafts.length === 0 ? fence : fenceBetween(drafts.at(-1)!.records.at(-1)!, current[0]),
          records: current,
        });
        current = [];
        size = BLOCK_HEADER_BYTES;
      }
      current.push(source);
      size += bytes;
    }
    drafts.push({
      fence: drafts.length === 0 ? fence : fenceBetween(drafts.at(-1)!.records.at(-1)!, current[0]),
      records: current,
    });
    return drafts;
  }

  /** A block that has become small joins the untouched one before it, when both fit with room to spare. */
  #joinIfSmall(position: number): void {
    const drafts = this.#drafts.get(position)!;
    const max = this.#options.blockMaxBytes;
    if (drafts.length !== 1 || position === 0 || sizeOf(drafts[0].records) >= max * MERGE_BELOW) return;
    const before = this.#drafts.get(position - 1);
    if (before !== undefined && before.length === 0) return;
    const neighbour = before === undefined ? this.#draftOf(position - 1) : before.at(-1)!;
    if (sizeOf(neighbour.records) + sizeOf(drafts[0].records) > max * MERGE_UP_TO) return;
    const joined = { fence: neighbour.fence, records: [...neighbour.records, ...drafts[0].records] };
    this.#drafts.set(position - 1, [...(before ?? []).slice(0, -1), joined]);
    this.#drafts.set(position, []);
  }

  #draftOf(position: number): Draft {
    const reference = this.#version.references.at(position)!;
    const bytes = this.#options.read(reference);
    return {
      fence: reference.fence,
      records: Array.from({ length: recordCount(bytes) }, (_, record) => ({ from: bytes, record })),
    };
  }

  finish(): EditResult {
    if (this.#drafts.size === 0) return { version: this.#version, written: [], removedFences: [], superseded: [] };
    this.#keepFirstFenceLowest();
    this.#rewritePredecessorsOfRemoved();
    return this.#build();
  }

  /** The first block's fence is empty, so that every key has a block. */
  #keepFirstFenceLowest(): void {
    const references = this.#version.references;
    let first = 0;
    while (first < references.length && this.#drafts.get(first)?.length === 0) first++;
    if (first === 0 || first >= references.length) return;
    const drafts = this.#drafts.get(first) ?? [this.#draftOf(first)];
    this.#drafts.set(first, [{ fence: EMPTY, records: drafts[0].records }, ...drafts.slice(1)]);
  }

  /** A block names its successor's fence, so the one before a removed block is written anew. */
  #rewritePredecessorsOfRemoved(): void {
    for (const [position, drafts] of [...this.#drafts]) {
      if (drafts.length > 0 || position <= 0) continue;
      let before = position - 1;
      while (before >= 0 && this.#drafts.get(before)?.length === 0) before--;
      if (before >= 0 && !this.#drafts.has(before)) this.#drafts.set(before, [this.#draftOf(before)]);
    }
  }

  #build(): EditResult {
    const old = this.#version.references;
    const touched = [...this.#drafts.keys()].sort((a, b) => a - b);
    const references = new BlockListBuilder();
    const written: BlockReference[] = [];
    const superseded: BlockReference[] = [];
    const removed = new Map<string, Uint8Array>();
    let copied = 0;
    for (const [index, position] of touched.entries()) {
      if (position > copied) references.copy(old, copied, position);
      if (position >= 0) {
        const replaced = old.at(position)!;
        superseded.push(replaced);
        removed.set(textOf(replaced.fence), replaced.fence);
        copied = position + 1;
      }
      const drafts = this.#drafts.get(position)!;
      for (const [at, draft] of drafts.entries()) {
        const successor = drafts[at + 1]?.fence ?? this.#fenceAfter(touched, index);
        const bytes = buildBlock(draft.records, 0, draft.records.length, successor);
        const reference = new BlockReference(draft.fence, bytes, true);
        references.add(reference);
        written.push(reference);
      }
    }
    references.copy(old, copied, old.length);
    for (const reference of written) removed.delete(textOf(reference.fence));
    return {
      version: new TreeVersion(this.#version.treeId, references.build()),
      written,
      removedFences: [...removed.values()],
      superseded,
    };
  }

  /** The fence of the block that will follow the last draft of `touched[index]`. */
  #fenceAfter(touched: readonly number[], index: number): Uint8Array | undefined {
    const old = this.#version.references;
    for (let position = touched[index] + 1; position < old.length; position++) {
      const drafts = this.#drafts.get(position);
      if (drafts === undefined) return old.at(position)!.fence;
      if (drafts.length > 0) return drafts[0].fence;
    }
    return undefined;
  }
}

function sizeOf(records: readonly RecordSource[]): number {
  let size = BLOCK_HEADER_BYTES;
  for (const source of records) size += recordBytes(source) + DIRECTORY_ENTRY_BYTES;
  return size;
}

function keyOf(source: RecordSource): Uint8Array {
  if ('from' in source)
    return source.from.subarray(recordKeyStart(source.from, source.record), recordKeyEnd(source.from, source.record));
  return source.key;
}

/** The shortest key that lies above `left` and not above `right`: a copy, so that it pins no block. */
function fenceBetween(left: RecordSource, right: RecordSource): Uint8Array {
  const a = keyOf(left);
  const b = keyOf(right);
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return Uint8Array.prototype.slice.call(b, 0, shared + 1);
}

function textOf(fence: Uint8Array): string {
  return Buffer.from(fence.buffer, fence.byteOffset, fence.length).toString('latin1');
}
