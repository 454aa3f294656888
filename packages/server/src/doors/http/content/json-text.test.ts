import assert from 'node:assert/strict';
import { stringifyJson, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { jsonText } from './json-text.ts';

describe('JSON over HTTP', () => {
  it('is what the careful writer makes of any value', () => {
    const leaf = fc.oneof(
      fc.constantFrom<Value>(null, true, -0, 2n ** 63n, new Uint8Array([1, 2]), new Date(5), '\ud800', '__proto__'),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.string(),
    );
    const { value } = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'toJSON', '', 'é'), tie('value'), {
          noNullPrototype: true,
          maxKeys: 4,
        }),
      ) as fc.Arbitrary<Value>,
    }));
    fc.assert(
      fc.property(value, (one) => assert.equal(jsonText(one), stringifyJson(one))),
      { numRuns: 2_000 },
    );
  });
});
