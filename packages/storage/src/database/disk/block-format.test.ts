import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildBlock, isSound } from '../../block/build.ts';
import { recordCount, recordEnd, recordKeyEnd, recordKeyStart, successorFence } from '../../block/layout.ts';
import { findRecord, lowerBound } from '../../block/search.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const records = fc
  .uniqueArray(fc.record({ key: bytes(8), value: bytes(40) }), {
    minLength: 1,
    maxLength: 30,
    selector: ({ key }) => key.toString('hex'),
  })
  .map((some) => some.sort((a, b) => Buffer.compare(a.key, b.key)));
const successor = fc.option(bytes(20), { nil: undefined });

describe('the block format', () => {
  it('gives back the records and the successor it was built of', () => {
    fc.assert(
      fc.property(records, successor, (some, fence) => {
        const block = buildBlock(some, 0, some.length, fence);
        assert.ok(isSound(block, fence));
        assert.ok(!isSound(block, Buffer.from('another fence, longer than any of these')));
        assert.equal(recordCount(block), some.length);
        for (const [at, { key, value }] of some.entries()) {
          assert.deepEqual(block.subarray(recordKeyStart(block, at), recordKeyEnd(block, at)), key);
          assert.deepEqual(block.subarray(recordKeyEnd(block, at), recordEnd(block, at)), value);
        }
        const stored = successorFence(block);
        assert.deepEqual(stored && Buffer.from(stored), fence);
      }),
    );
  });

  it('is the same whether records are new or copied from another block', () => {
    fc.assert(
      fc.property(records, successor, (some, fence) => {
        const block = buildBlock(some, 0, some.length, fence);
        const copies = some.map((_, record) => ({ from: block, record }));
        assert.deepEqual(buildBlock(copies, 0, copies.length, fence), block);
      }),
    );
  });

  it('finds every key that is there and the place of every key that is not', () => {
    fc.assert(
      fc.property(records, bytes(8), (some, wanted) => {
        const block = buildBlock(some, 0, some.length, undefined);
        for (const [at, { key }] of some.entries()) assert.equal(findRecord(block, key), at);
        assert.equal(lowerBound(block, wanted), some.filter(({ key }) => Buffer.compare(key, wanted) < 0).length);
      }),
    );
  });

  it('is unsound with any one bit turned, and when cut short or made longer', () => {
    fc.assert(
      fc.property(records, fc.nat(), (some, place) => {
        const block = buildBlock(some, 0, some.length, undefined);
        const bit = place % (block.length * 8);
        const damaged = Buffer.from(block);
        damaged[bit >> 3] ^= 1 << (bit & 7);
        assert.ok(!isSound(damaged, undefined));
        assert.ok(!isSound(block.subarray(0, block.length - 1), undefined));
        assert.ok(!isSound(Buffer.concat([block, Buffer.alloc(1)]), undefined));
      }),
      { numRuns: 500 },
    );
  });
});
