import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editDistance, isWithinEditDistance } from './edit-distance.ts';
import { trigramSimilarity } from './trigram-similarity.ts';

/** Short words of few letters, so that they are often near to one another. */
const anyWord = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀'), maxLength: 8 });

describe('edit distances', () => {
  it('are a metric', () =>
    fc.assert(
      fc.property(anyWord, anyWord, anyWord, (a, b, c) => {
        assert.equal(editDistance(a, b) === 0, a === b);
        assert.equal(editDistance(a, b), editDistance(b, a));
        assert.ok(editDistance(a, c) <= editDistance(a, b) + editDistance(b, c));
      }),
    ));

  it('are within a bound exactly when they do not exceed it', () =>
    fc.assert(
      fc.property(anyWord, anyWord, fc.integer({ min: -1, max: 9 }), (a, b, max) => {
        assert.equal(isWithinEditDistance(a, b, max), editDistance(a, b) <= max);
      }),
      { numRuns: 2000 },
    ));

  it('within a bound are found in time linear in the length', () => {
    const long = 'x'.repeat(500_000);
    assert.equal(isWithinEditDistance(`${long}ab`, `b${long}a`, 2), true);
    assert.equal(isWithinEditDistance(`${long}abc`, long, 2), false);
    assert.equal(isWithinEditDistance('a', 'b', 2 ** 40), true);
  });

  it('count code points', () => {
    assert.equal(editDistance('a😀c', 'abc'), 1);
    assert.equal(editDistance('kitten', 'sitting'), 3);
  });

  it('let a caller end a long computation', () => {
    const stop = new Error('stop');
    assert.throws(
      () =>
        editDistance('x'.repeat(1000), 'y'.repeat(1000), () => {
          throw stop;
        }),
      stop,
    );
  });
});

describe('trigram similarity', () => {
  it('is symmetric, between 0 and 1, and 1 for equal texts', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const similarity = trigramSimilarity(a, b);
        assert.ok(similarity >= 0 && similarity <= 1);
        assert.equal(similarity, trigramSimilarity(b, a));
        assert.equal(trigramSimilarity(a, a), 1);
      }),
    ));
});
