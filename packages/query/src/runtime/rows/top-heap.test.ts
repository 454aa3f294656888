import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TopHeap } from './top-heap.ts';

describe('TopHeap', () => {
  it('keeps what a sort of all rows would put first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 1, max: 10 }), (keys, capacity) => {
        type Row = { key: number; arrival: number };
        const order = (a: Row, b: Row) => a.key - b.key || a.arrival - b.arrival;
        const rows = keys.map((key, arrival) => ({ key, arrival }));
        const heap = new TopHeap(capacity, order);
        for (const row of rows) if (!heap.full || order(row, heap.worst) < 0) heap.add(row);
        assert.deepEqual(heap.sorted(0), [...rows].sort(order).slice(0, capacity));
      }),
    );
  });
});
