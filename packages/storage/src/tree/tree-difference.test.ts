import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editTree } from './edit-tree.ts';
import { differsAt, firstDifference } from './tree-difference.ts';
import { TreeVersion } from './tree-version.ts';

const read = (_treeId: number, reference: { bytes: Uint8Array | undefined }) => reference.bytes!;
const options = { blockMaxBytes: 120, read: (reference: { bytes: Uint8Array | undefined }) => reference.bytes! };
const bytesOf = (at: number) => Buffer.from(String(at).padStart(3, '0'));

type Contents = Map<number, number>;

function edited(tree: TreeVersion, changes: ReadonlyMap<number, number | undefined>): TreeVersion {
  const sorted = [...changes].sort(([a], [b]) => a - b);
  const records = sorted.map(([key, value]) => ({
    key: bytesOf(key),
    value: value === undefined ? undefined : Buffer.alloc(10, value),
  }));
  return editTree(tree, records, options).version;
}

describe('the difference of two states of a tree', () => {
  it('is the lowest key of the range that one of them has otherwise', () => {
    const changes = fc.array(fc.tuple(fc.nat(99), fc.option(fc.nat(3), { nil: undefined })), { maxLength: 60 });
    const bound = fc.option(fc.nat(99), { nil: undefined });
    fc.assert(
      fc.property(changes, changes, bound, bound, fc.boolean(), (first, second, from, to, apart) => {
        const start = edited(new TreeVersion(1, []), new Map(first));
        // A tree that was built anew shares no block with the other, as an index that was rebuilt.
        const base = apart ? edited(new TreeVersion(2, []), new Map(first)) : start;
        const end = edited(base, new Map(second));
        const before: Contents = new Map();
        const after: Contents = new Map();
        for (const [contents, all] of [
          [before, first],
          [after, [...first, ...second]],
        ] as const) {
          for (const [key, value] of all) value === undefined ? contents.delete(key) : contents.set(key, value);
        }
        const [was, is] = [
          { tree: start, read },
          { tree: end, read },
        ];
        const keys = Array.from({ length: 100 }, (_, key) => key);
        const different = keys.filter((key) => before.get(key) !== after.get(key));
        for (const key of keys) assert.equal(differsAt(was, is, bytesOf(key)), different.includes(key));
        const inRange = different.find((key) => (from === undefined || key >= from) && (to === undefined || key < to));
        const range = {
          lower: from === undefined ? undefined : bytesOf(from),
          upper: to === undefined ? undefined : bytesOf(to),
        };
        const found = firstDifference(was, is, range);
        assert.equal(
          found === undefined ? undefined : Buffer.from(found).toString(),
          inRange === undefined ? undefined : bytesOf(inRange).toString(),
        );
      }),
    );
  });

  it('reads no block that both have', () => {
    const all = new Map(Array.from({ length: 100 }, (_, key) => [key, 1]));
    const start = edited(new TreeVersion(1, []), all);
    const end = edited(start, new Map([[50, 2]]));
    let reads = 0;
    const counted = (_treeId: number, reference: { bytes: Uint8Array | undefined }) => {
      reads++;
      return reference.bytes!;
    };
    assert.deepEqual(
      Buffer.from(firstDifference({ tree: start, read: counted }, { tree: end, read: counted }, {})!),
      bytesOf(50),
    );
    assert.equal(reads, 2);
  });
});
