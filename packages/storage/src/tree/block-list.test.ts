import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BlockList, BlockListBuilder } from './block-list.ts';
import { BlockReference } from './block-reference.ts';

const reference = (number: number): BlockReference => {
  const fence = Buffer.alloc(number === 0 ? 0 : 4);
  if (number > 0) fence.writeUInt32BE(number);
  return new BlockReference(fence, undefined, false);
};
const some = (count: number): BlockReference[] => Array.from({ length: count }, (_, at) => reference(at * 10));

/** A splice as the builder makes it, and as an array does. */
interface Splice {
  readonly at: number;
  readonly gone: number;
  readonly come: number;
}
const splice: fc.Arbitrary<Splice> = fc.record({
  at: fc.nat({ max: 3_000 }),
  gone: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 900 })),
  come: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 900 })),
});

describe('BlockList', () => {
  it('is the array that it stands for, after any splices, and shares what stays', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_500 }), fc.array(splice, { maxLength: 6 }), (count, splices) => {
        let array = some(count);
        let list = BlockList.of(array);
        for (const { at, gone, come } of splices) {
          const from = Math.min(at, array.length);
          const to = Math.min(from + gone, array.length);
          const coming = some(come);
          const builder = new BlockListBuilder();
          builder.copy(list, 0, from);
          for (const one of coming) builder.add(one);
          builder.copy(list, to, list.length);
          const before = list;
          list = builder.build();
          array = [...array.slice(0, from), ...coming, ...array.slice(to)];
          const start = list.sharedStart(before);
          const end = list.sharedEnd(before, start);
          assert.ok(start >= from || start === Math.min(before.length, list.length), 'what stands before the splice');
          assert.ok(start + end <= Math.min(before.length, list.length));
          for (let shared = 0; shared < start; shared++) assert.equal(list.at(shared), before.at(shared));
          for (let shared = 1; shared <= end; shared++) {
            assert.equal(list.at(list.length - shared), before.at(before.length - shared));
          }
        }
        assert.equal(list.length, array.length);
        assert.deepEqual([...list], array);
        for (let at = -1; at <= array.length; at += 7) assert.equal(list.at(at), array[at]);
        for (let at = array.length - 1; at >= 0; at -= 5) assert.equal(list.at(at), array[at]);
      }),
      { numRuns: 60 },
    );
  });

  it('finds the block of any key', () => {
    for (const count of [0, 1, 2, 511, 512, 513, 1_500]) {
      const list = BlockList.of(some(count));
      for (let key = 0; key < count * 10 + 20; key += 3) {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(key);
        assert.equal(list.position(bytes), Math.min(Math.floor(key / 10), count - 1), `${key} of ${count}`);
      }
    }
  });
});
