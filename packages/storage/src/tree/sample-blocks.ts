import type { BlockReference } from './block-reference.ts';
import type { TreeVersion } from './tree-version.ts';

/** At most `count` blocks of a tree, evenly spaced. */
export function sampleBlocks(tree: TreeVersion, count: number): readonly BlockReference[] {
  const { references } = tree;
  const step = Math.max(1, references.length / count);
  const sample: BlockReference[] = [];
  for (let at = (step - 1) / 2; at < references.length; at += step) sample.push(references.at(Math.floor(at))!);
  return sample;
}
