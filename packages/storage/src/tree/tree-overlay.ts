import { buildBlock } from '../block/build.ts';
import { recordCount } from '../block/layout.ts';
import { findRecord, lowerBound } from '../block/search.ts';
import type { DocumentPosition } from '../document/record.ts';
import type { BlockReference } from './block-reference.ts';
import { compactTree, type EditOptions, type EditResult, editTree, type RecordChange } from './edit-tree.ts';
import type { TreeVersion } from './tree-version.ts';

/**
 * The bytes of a block, which never change.
 * @param walkBlocks how many blocks the reader is about to walk: those of a walk that the cache could not hold whole are
 *   not kept, because they would drive out everything else and be gone before they are asked for again
 */
export type ReadBlock = (treeId: number, reference: BlockReference, walkBlocks?: number) => Uint8Array;

/** Notes how to take a step back; kept only while somebody may want to. */
export type UndoLog = (() => void)[];

/**
 * A tree with changes that are not committed yet. Changes gather in a map; whoever needs to walk the tree has them folded
 * into blocks first, by the same edit that a commit uses. What was committed before is never touched.
 */
export class TreeOverlay {
  #current: TreeVersion;
  #pending = new Map<string, RecordChange>();
  #folds: EditResult[] = [];
  readonly #read: ReadBlock;
  readonly #blockMaxBytes: number;

  constructor(base: TreeVersion, read: ReadBlock, blockMaxBytes: number) {
    this.#current = base;
    this.#read = read;
    this.#blockMaxBytes = blockMaxBytes;
  }

  set(key: Uint8Array, value: Uint8Array | undefined, undo: UndoLog | undefined): void {
    const name = nameOf(key);
    if (undo !== undefined) {
      const pending = this.#pending;
      const before = pending.get(name);
      undo.push(() => (before === undefined ? pending.delete(name) : pending.set(name, before)));
    }
    this.#pending.set(name, { key, value });
  }

  find(key: Uint8Array): DocumentPosition | undefined {
    if (this.#pending.size > 0) {
      const change = this.#pending.get(nameOf(key));
      if (change !== undefined) return change.value === undefined ? undefined : alone(change.key, change.value);
    }
    return findInTree(this.#current, key, this.#read);
  }

  /** The first record at or after `key` among what has been folded or committed; pending changes are not seen. */
  firstFolded(key: Uint8Array): DocumentPosition | undefined {
    const { references, treeId } = this.#current;
    for (let position = Math.max(this.#current.position(key), 0); position < references.length; position++) {
      const bytes = this.#read(treeId, references[position]);
      const record = lowerBound(bytes, key);
      if (record < recordCount(bytes)) return { bytes, record };
    }
    return undefined;
  }

  /** The tree with all changes in its blocks. */
  view(undo: UndoLog | undefined): TreeVersion {
    if (this.#pending.size === 0) return this.#current;
    const before = this.#current;
    const pending = this.#pending;
    if (undo !== undefined) {
      undo.push(() => {
        this.#current = before;
        this.#pending = pending;
        this.#folds.pop();
      });
    }
    const changes = [...pending.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
    const result = editTree(before, changes, this.#editOptions(before));
    this.#folds.push(result);
    this.#current = result.version;
    this.#pending = new Map();
    return this.#current;
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
  const bytes = read(tree.treeId, tree.references[position]);
  const record = findRecord(bytes, key);
  return record < 0 ? undefined : { bytes, record };
}

function alone(key: Uint8Array, value: Uint8Array): DocumentPosition {
  return { bytes: buildBlock([{ key, value }], 0, 1, undefined), record: 0 };
}

function nameOf(key: Uint8Array): string {
  return Buffer.prototype.latin1Slice.call(key, 0, key.length);
}
