import assert from 'node:assert/strict';
import { type Value, valuesEqual } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { distinct, ValueSet, valueKey } from './value-set.ts';

/** Values with a good chance of being equal to one another. */
const anyValue = (): fc.Arbitrary<Value> =>
  fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<Value>(
        null,
        true,
        false,
        0,
        -0,
        1,
        1.5,
        '',
        'a',
        's',
        '1',
        2 ** 53,
        2n ** 53n,
        2n ** 60n,
        2 ** 60,
      ),
      fc.constantFrom<Value>(new Date(0), new Date(1), new Uint8Array([1]), new Uint8Array()),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { maxKeys: 3 }),
    ),
  })).value;

describe('a set of values', () => {
  it('has one key for two values exactly when they are equal', () =>
    fc.assert(
      fc.property(anyValue(), anyValue(), (left, right) => {
        assert.equal(valueKey(left) === valueKey(right), valuesEqual(left, right));
      }),
      { numRuns: 2000 },
    ));

  it('does not look at the order of members', () => {
    assert.equal(valueKey({ a: 1, b: 2 }), valueKey({ b: 2, a: 1.0 }));
  });

  it('keeps the first of equal values', () => {
    assert.deepEqual(distinct([3, 1, 3.0, '3', null, null]), [3, 1, '3', null]);
    const set = new ValueSet([1]);
    assert.equal(set.add(1), false);
    assert.equal(set.add('1'), true);
    assert.equal(set.size, 2);
  });
});
