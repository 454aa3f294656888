import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeySequence } from './key-sequence.ts';

describe('KeySequence', () => {
  const ordinal = fc.nat({ max: 2 ** 40 - 1 });

  it('makes UUIDs of version 7', () => {
    fc.assert(
      fc.property(ordinal, (number) => {
        const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
        assert.match(KeySequence.start(Date.now()).keyOf(number), pattern);
      }),
    );
  });

  it('orders keys as the documents are, and makes the same from the same seed', () => {
    const keys = KeySequence.start(1_700_000_000_000);
    const again = new KeySequence(keys.seed);
    fc.assert(
      fc.property(ordinal, ordinal, (a, b) => {
        assert.equal(keys.keyOf(a) < keys.keyOf(b), a < b);
        assert.equal(keys.keyOf(a), again.keyOf(a));
      }),
    );
  });

  it('differs between runs', () => {
    assert.notEqual(KeySequence.start(5).keyOf(1), KeySequence.start(5).keyOf(1));
  });
});
