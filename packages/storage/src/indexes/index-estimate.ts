import { recordCount, recordKeyStart } from '../block/layout.ts';
import { compareBytes, lowerBound } from '../block/search.ts';
import { skipKey } from '../key-encoding/skip-key.ts';
import type { BlockReference } from '../tree/block-reference.ts';
import { sampleBlocks } from '../tree/sample-blocks.ts';
import type { ByteRange } from '../tree/tree-cursor.ts';
import type { ReadBlock } from '../tree/tree-overlay.ts';
import type { TreeVersion } from '../tree/tree-version.ts';
import { fieldsLength } from './range.ts';

/** Blocks that are read to see how often values change in an index: enough for a guess within some ten percent. */
const SAMPLE_BLOCKS = 8;

/**
 * About how many entries lie in a range. The fences are an equi-depth histogram that is always in memory and always true:
 * the blocks at the two ends are looked into, those between are counted.
 */
export function estimateEntries(tree: TreeVersion, read: ReadBlock, range: ByteRange, entryCount: number): number {
  const blocks = tree.references.length;
  if (blocks === 0) return 0;
  const lower = range.lower === undefined ? { block: 0, record: 0, share: 0 } : placeOf(tree, read, range.lower);
  const end = { block: blocks, record: 0, share: 0 };
  const upper = range.upper === undefined ? end : placeOf(tree, read, range.upper);
  if (lower.block === upper.block) return Math.max(0, upper.record - lower.record);
  return Math.max(0, ((upper.block + upper.share - lower.block - lower.share) * entryCount) / blocks);
}

/** Where a key would stand: its block, its place in it, and that place as a share of the block. */
function placeOf(
  tree: TreeVersion,
  read: ReadBlock,
  key: Uint8Array,
): { block: number; record: number; share: number } {
  const block = tree.position(key);
  const reference = tree.references.at(block)!;
  if (compareBytes(key, reference.fence) <= 0) return { block, record: 0, share: 0 };
  const bytes = read(tree.treeId, reference);
  const record = lowerBound(bytes, key);
  return { block, record, share: record / Math.max(1, recordCount(bytes)) };
}

/**
 * For each number of leading fields, about how many different values they have together. Looks into a few blocks, evenly
 * spaced, and counts how often the fields change from one entry to the next: in an ordered list every change is a new value.
 */
export function estimateDistinct(
  tree: TreeVersion,
  read: ReadBlock,
  facts: { readonly fieldCount: number; readonly entryCount: number; readonly exact: boolean },
): readonly number[] {
  const changes = new Array<number>(facts.fieldCount).fill(0);
  let pairs = 0;
  for (const { reference, next } of neighbours(tree)) {
    const bytes = read(tree.treeId, reference);
    const count = recordCount(bytes);
    const note = (after: Uint8Array, start: number, record: number) => {
      pairs++;
      const first = firstChange(bytes, record, { after, start }, facts);
      for (let field = first; field < facts.fieldCount; field++) changes[field]++;
    };
    for (let record = 0; record + 1 < count; record++) note(bytes, recordKeyStart(bytes, record + 1), record);
    if (next !== undefined) note(next.fence, 0, count - 1);
  }
  return changes.map((changed) => distinctOf(changed, pairs, facts.entryCount));
}

/** The sampled blocks, each with the one behind it. */
function* neighbours(tree: TreeVersion): Generator<{ reference: BlockReference; next: BlockReference | undefined }> {
  const { references } = tree;
  for (const reference of sampleBlocks(tree, SAMPLE_BLOCKS)) {
    yield { reference, next: references.at(tree.position(reference.fence) + 1) };
  }
}

/** The first field in which the key behind an entry differs from it; the number of fields when it differs in none. */
function firstChange(
  bytes: Uint8Array,
  record: number,
  behind: { readonly after: Uint8Array; readonly start: number },
  { fieldCount, exact }: { readonly fieldCount: number; readonly exact: boolean },
): number {
  const start = recordKeyStart(bytes, record);
  const length = fieldsLength(bytes, record);
  let same = 0;
  while (same < length && behind.after[behind.start + same] === bytes[start + same]) same++;
  if (same === length) return fieldCount;
  // A shortened value does not tell where it ends; then all that is known is that something changed.
  if (!exact || fieldCount === 1) return 0;
  let field = 0;
  for (let end = skipKey(bytes, start); end - start <= same && field + 1 < fieldCount; end = skipKey(bytes, end))
    field++;
  return field;
}

/** Every entry but the first may change the value: none seen to change is still one value. */
function distinctOf(changes: number, pairs: number, entryCount: number): number {
  if (entryCount === 0) return 0;
  if (pairs === 0) return entryCount;
  return Math.max(1, Math.min(entryCount, 1 + (changes / pairs) * (entryCount - 1)));
}
