import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { encodeKey } from './encode-key.ts';
import { skipKey } from './skip-key.ts';

const leaf = fc.oneof(
  fc.constantFrom(null, true, false, 0, -0, 2 ** 53, -(2 ** 53), 2 ** 53 - 1, 2n ** 63n, -(2n ** 63n), 1e300, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: fc.constantFrom('\0', 'a', 'é', '\x01', '\xff') }),
  fc.uint8Array(),
  fc.date({ noInvalidDate: true }),
);
const value = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('node'), { maxKeys: 3 }),
  ),
})).node as fc.Arbitrary<Value>;

describe('skipping a key', () => {
  it('ends where the next value begins, whatever stands there', () => {
    fc.assert(
      fc.property(value, value, (first, second) => {
        const bytes = encodeKey(first);
        assert.equal(skipKey(Buffer.concat([bytes, encodeKey(second)]), 0), bytes.length);
      }),
    );
  });
});
