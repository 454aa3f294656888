import assert from 'node:assert/strict';
import { call } from '../testing/call.ts';

describe('VECTOR_DISTANCE', () => {
  const distance = (...args: [number[], number[], string?]) => call('VECTOR_DISTANCE', args as never);

  it('by cosine is 1 minus the similarity, and 0 for what has no direction', () => {
    assert.equal(distance([1, 0], [0, 2], 'cosine'), 1);
    assert.equal(distance([1, 0], [-3, 0], 'COSINE'), 2);
    assert.equal(distance([0, 0], [1, 0], 'cosine'), 0);
    assert.equal(distance([0, 0], [0, 0], 'cosine'), 0);
  });

  it('by dot is the dot product', () => assert.equal(distance([1, 2], [3, 4], 'dot'), 11));

  it('by any other metric is the straight distance', () => {
    for (const metric of [undefined, 'euclidean', 'l2', 'other']) {
      assert.equal(distance([0, 0], [3, 4], ...(metric === undefined ? [] : ([metric] as const))), 5);
    }
  });

  it('wants vectors of one length', () => {
    for (const metric of ['cosine', 'dot', 'euclidean']) assert.throws(() => distance([1], [1, 2], metric), /length/);
  });
});
