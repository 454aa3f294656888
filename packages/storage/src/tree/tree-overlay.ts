import { buildBlock } from '../block/build.ts';
import { recordCount } from '../block/layout.ts';
import { findRecord, lowerBound } from '../block/search.ts';
import type { DocumentPosition } from '../document/record.ts';
import type { BlockReference } from './block-reference.ts';
import { compactTree, type EditOptions, type EditResult, editTree, type RecordChange } from './edit-tree.ts';
import type { ByteRange } from './tree-cursor.ts';
import { differsAt, firstDifference, type ReadableTree } from './tree-difference.ts';
import type { TreeVersion } from './tree-version.ts';

/**
 * The bytes of a block, which never change.
 * @param walkBlocks how many blocks the reader is about to walk: those of a walk that the cache could not hold whole are
 *   not kept, because they would drive out everything else and be gone before they are asked for again
 */
export type ReadBlock = (treeId: number, reference: BlockReference, walkBlocks?: number) => Uint8Array;

/** Changes beyond which they are put into blocks before somebody looks for some of them by range. */
const FOLD_AT_CHANGES = 512;

type PendingChanges = Map<string, Uint8Array | null>;

/** Notes how to take a step back; kept only while somebody may want to. */
export type UndoLog = (() => void)[];

/**
 * A tree with changes that are not committed yet. Changes gather in a map; whoever needs to walk the tree has them folded
 * into blocks first, by the same edit that a commit uses. What was committed before is never touched.
 */
export class TreeOverlay {
  #base: TreeVersion;
  #current: TreeVersion;
  /** Values by their keys' bytes as text, null for what is removed. */
  #pending: PendingChanges = new Map();
  /** All changes, also those in blocks: of an overlay that may be moved onto another base. */
  readonly #kept: PendingChanges | undefined;
  #folds: EditResult[] = [];
  readonly #read: ReadBlock;
  readonly #blockMaxBytes: number;

  /** @param options.movable whether `moveTo` may be called: then changes are kept beside the blocks that they make */
  constructor(base: TreeVersion, read: ReadBlock, options: { blockMaxBytes: number; movable?: boolean }) {
    this.#base = base;
    this.#current = base;
    this.#read = read;
    this.#blockMaxBytes = options.blockMaxBytes;
    if (options.movable === true) this.#kept = this.#pending;
  }

  /** Lays the same changes over another state of the tree. */
  moveTo(base: TreeVersion): void {
    this.#base = base;
    this.#unfold();
  }

  /** @param name the bytes of the key as text, one character a byte, if somebody has it already */
  set(key: Uint8Array, value: Uint8Array | undefined, undo: UndoLog | undefined, name = nameOf(key)): void {
    if (this.#kept !== undefined) {
      this.#setKept(this.#kept, name, value ?? null, undo);
      return;
    }
    if (undo !== undefined) {
      const pending = this.#pending;
      const before = pending.get(name);
      undo.push(() => (before === undefined ? pending.delete(name) : pending.set(name, before)));
    }
    this.#pending.set(name, value ?? null);
  }

  #setKept(kept: PendingChanges, name: string, value: Uint8Array | null, undo: UndoLog | undefined): void {
    const before = kept.get(name);
    undo?.push(() => {
      this.#unfold();
      if (before === undefined) kept.delete(name);
      else kept.set(name, before);
    });
    kept.set(name, value);
    if (this.#pending !== kept) this.#pending.set(name, value);
  }

  /** Goes back to the base with all changes beside it. */
  #unfold(): void {
    this.#current = this.#base;
    this.#pending = this.#kept!;
    this.#folds = [];
  }

  find(key: Uint8Array): DocumentPosition | undefined {
    if (this.#pending.size > 0) {
      const value = this.#pending.get(nameOf(key));
      if (value !== undefined) return value === null ? undefined : alone(key, value);
    }
    return findInTree(this.#current, key, this.#read);
  }

  /** The first record at or after `key` among what has been folded or committed; pending changes are not seen. */
  firstFolded(key: Uint8Array): DocumentPosition | undefined {
    const { references, treeId } = this.#current;
    for (let position = Math.max(this.#current.position(key), 0); position < references.length; position++) {
      const bytes = this.#read(treeId, references.at(position)!);
      const record = lowerBound(bytes, key);
      if (record < recordCount(bytes)) return { bytes, record };
    }
    return undefined;
  }

  /** Whether an earlier state of the tree holds something else under a key. */
  differsAt(before: ReadableTree, key: Uint8Array): boolean {
    return this.#pending.has(nameOf(key)) || differsAt(before, { tree: this.#current, read: this.#read }, key);
  }

  /** The tree with all changes in its blocks. */
  view(undo: UndoLog | undefined): TreeVersion {
    if (this.#pending.size === 0) return this.#current;
    const before = this.#current;
    const pending = this.#pending;
    if (undo !== undefined && this.#kept === undefined) {
      undo.push(() => {
        this.#current = before;
        this.#pending = pending;
        this.#folds.pop();
      });
    }
    const result = editTree(before, sortedChanges(pending), this.#editOptions(before));
    this.#folds.push(result);
    this.#current = result.version;
    this.#pending = new Map();
    return this.#current;
  }

  /**
   * The first key in a range under which an earlier state of the tree holds something else, or which has a change that is
   * not in blocks yet; undefined when there is none.
   */
  firstDifference(before: ReadableTree, range: ByteRange, undo: UndoLog | undefined): Uint8Array | undefined {
    if (this.#pending.size > FOLD_AT_CHANGES) this.view(undo);
    return this.#firstPending(range) ?? firstDifference(before, { tree: this.#current, read: this.#read }, range);
  }

  #firstPending({ lower, upper }: ByteRange): Uint8Array | undefined {
    const from = lower === undefined ? '' : nameOf(lower);
    const to = upper === undefined ? undefined : nameOf(upper);
    for (const name of this.#pending.keys()) if (name >= from && (to === undefined || name < to)) return keyNamed(name);
    return undefined;
  }

  /** Joins small neighbours; takes what is pending into blocks first. */
  compact(undo: UndoLog | undefined): void {
    const before = this.view(undo);
    undo?.push(() => {
      this.#current = before;
      this.#folds.pop();
    });
    const result = compactTree(before, this.#editOptions(before));
    this.#folds.push(result);
    this.#current = result.version;
  }

  /** All blocks that differ from the base, once: those to write, and the fences of those that are no more. */
  outcome(): {
    version: TreeVersion;
    written: Iterable<BlockReference>;
    removed: Iterable<Uint8Array>;
    superseded: BlockReference[];
  } {
    const version = this.view(undefined);
    if (this.#folds.length === 1) {
      const [only] = this.#folds;
      return { version, written: only.written, removed: only.removedFences, superseded: [...only.superseded] };
    }
    const written = new Map<string, BlockReference>();
    const removed = new Map<string, Uint8Array>();
    const superseded: BlockReference[] = [];
    for (const fold of this.#folds) {
      for (const fence of fold.removedFences) {
        written.delete(nameOf(fence));
        removed.set(nameOf(fence), fence);
      }
      for (const reference of fold.written) {
        written.set(nameOf(reference.fence), reference);
        removed.delete(nameOf(reference.fence));
      }
      superseded.push(...fold.superseded);
    }
    return { version, written: written.values(), removed: removed.values(), superseded };
  }

  #editOptions(tree: TreeVersion): EditOptions {
    return { blockMaxBytes: this.#blockMaxBytes, read: (reference) => this.#read(tree.treeId, reference) };
  }

  get isChanged(): boolean {
    return this.#pending.size > 0 || this.#folds.length > 0;
  }
}

export function findInTree(tree: TreeVersion, key: Uint8Array, read: ReadBlock): DocumentPosition | undefined {
  const position = tree.position(key);
  if (position < 0) return undefined;
  const bytes = read(tree.treeId, tree.references.at(position)!);
  const record = findRecord(bytes, key);
  return record < 0 ? undefined : { bytes, record };
}

function alone(key: Uint8Array, value: Uint8Array): DocumentPosition {
  return { bytes: buildBlock([{ key, value }], 0, 1, undefined), record: 0 };
}

function sortedChanges(pending: PendingChanges): RecordChange[] {
  const names = [...pending.keys()].sort();
  return names.map((name) => ({ key: keyNamed(name), value: pending.get(name) ?? undefined }));
}

function keyNamed(name: string): Uint8Array {
  return Buffer.from(name, 'latin1');
}

function nameOf(key: Uint8Array): string {
  return Buffer.prototype.latin1Slice.call(key, 0, key.length);
}
