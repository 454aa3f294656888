import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import { buildBlock } from '../block/build.ts';
import { BlockReference } from '../tree/block-reference.ts';
import { TreeVersion } from '../tree/tree-version.ts';
import { encodeField, entryKey, entryValue } from './index-entry.ts';
import { estimateDistinct, estimateEntries } from './index-estimate.ts';
import { entryRange, type IndexRange } from './range.ts';

const perBlock = 50;

/** A tree of index entries, given in order, fifty a block. */
function treeOf(rows: readonly (readonly Value[])[]): {
  tree: TreeVersion;
  read: (tree: number, at: BlockReference) => Uint8Array;
} {
  const records = rows.map((values, number) => {
    const fields = Buffer.concat(values.map((value) => encodeField(value).bytes));
    return { key: entryKey(fields, Buffer.from(String(number).padStart(8, '0'))), value: entryValue(fields) };
  });
  const references: BlockReference[] = [];
  for (let at = 0; at < records.length; at += perBlock) {
    const end = Math.min(at + perBlock, records.length);
    const bytes = buildBlock(records, at, end, records[end]?.key);
    references.push(new BlockReference(records[at].key, bytes, true));
  }
  return { tree: new TreeVersion(1, references), read: (_tree, reference) => reference.bytes! };
}

describe('estimates from the fences of an index', () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => [Math.floor(n / 100), `s${n % 100}`] as const);
  const { tree, read } = treeOf(rows.map(([a, b]) => [a, b.padStart(4, '0')]).sort(byBytes));
  const estimate = (range: IndexRange) => estimateEntries(tree, read, entryRange(range), rows.length);

  it('come close to the truth for values and ranges', () => {
    const truths: [IndexRange, number][] = [
      [{ equal: [7] }, 100],
      [{ equal: [7, '00s3'] }, 1],
      [{ equal: [99] }, 0],
      [{ equal: [] }, 5_000],
      [{ equal: [], lower: { value: 10, inclusive: true }, upper: { value: 20, inclusive: false } }, 1_000],
      [{ equal: [], lower: { value: 45, inclusive: false } }, 400],
      [{ equal: [], lower: { value: 20, inclusive: true }, upper: { value: 10, inclusive: true } }, 0],
    ];
    for (const [range, truth] of truths) {
      assert.ok(
        Math.abs(estimate(range) - truth) <= 2 * perBlock,
        `${JSON.stringify(range)}: ${estimate(range)} for ${truth}`,
      );
    }
    assert.ok(Math.abs(estimate({ equal: [7, '00s3'] }) - 1) <= 1, 'inside of one block the count is exact');
  });

  it('tell how many values the leading fields have', () => {
    const facts = { fieldCount: 2, entryCount: rows.length, exact: true };
    const [first, both] = estimateDistinct(tree, read, facts);
    assert.ok(first > 25 && first < 100, `${first} for 50`);
    assert.ok(both > 4_900, `${both} for 5000`);
  });

  it('say nothing is there of an empty tree', () => {
    const empty = new TreeVersion(1, []);
    assert.equal(estimateEntries(empty, read, {}, 0), 0);
    assert.deepEqual(estimateDistinct(empty, read, { fieldCount: 1, entryCount: 0, exact: true }), [0]);
  });
});

function byBytes(a: readonly Value[], b: readonly Value[]): number {
  const bytes = (row: readonly Value[]) => Buffer.concat(row.map((value) => encodeField(value).bytes));
  return Buffer.compare(bytes(a), bytes(b));
}
