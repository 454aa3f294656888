import { BlockList } from './block-list.ts';
import type { BlockReference } from './block-reference.ts';

/** The blocks of a tree as one commit left them. Never changed. */
export class TreeVersion {
  readonly treeId: number;
  readonly references: BlockList;

  constructor(treeId: number, references: BlockList | readonly BlockReference[]) {
    this.treeId = treeId;
    this.references = references instanceof BlockList ? references : BlockList.of(references);
  }

  /** The position of the block that holds `key` if any does; −1 in an empty tree. */
  position(key: Uint8Array): number {
    return this.references.position(key);
  }
}
