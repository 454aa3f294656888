import { compareBytes } from '../block/search.ts';
import type { BlockReference } from './block-reference.ts';

/** The blocks of a tree as one commit left them: references in the order of their fences. Never changed. */
export class TreeVersion {
  readonly treeId: number;
  readonly references: readonly BlockReference[];

  constructor(treeId: number, references: readonly BlockReference[]) {
    this.treeId = treeId;
    this.references = references;
  }

  /** The position of the block that holds `key` if any does; −1 in an empty tree. */
  position(key: Uint8Array): number {
    const references = this.references;
    let low = 0;
    let high = references.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareBytes(references[middle].fence, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low === 0 && references.length > 0 ? 0 : low - 1;
  }
}
