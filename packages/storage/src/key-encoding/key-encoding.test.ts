import assert from 'node:assert/strict';
import { compareValues, type Value, valuesEqual } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { decodeKey } from './decode-key.ts';
import { encodeKey } from './encode-key.ts';

/** Numbers where doubles and integers part company, and where their order is easily got wrong. */
const NUMBERS: (number | bigint)[] = [
  ...[0, 1, -1, 0.5, -0.5, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE],
  ...[2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 62, 2 ** 63, 2 ** 64, -(2 ** 63)],
  ...[2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, 2n ** 63n + 1n, 2n ** 64n - 1n, -(2n ** 63n) + 1n],
];

const integer = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })
  .map((value) => (value > -(2n ** 53n) && value < 2n ** 53n ? Number(value) : value));
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\0', '\u0001', 'ÿ', 'a', '🙂', '\uffff') }),
);
const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(null, false, true),
  fc.constantFrom(...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  integer,
  text,
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 6 }),
);
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('', 'a', 'b', '\0', '__proto__', 'é'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).value;

describe('key encoding', () => {
  it('orders bytes as the values are ordered', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        assert.equal(Math.sign(Buffer.compare(encodeKey(a), encodeKey(b))), Math.sign(compareValues(a, b)));
      }),
      { numRuns: 3000 },
    );
  });

  it('orders every pair of awkward numbers', () => {
    for (const a of NUMBERS) {
      for (const b of NUMBERS) {
        const expected = a < b ? -1 : a > b ? 1 : 0;
        assert.equal(Buffer.compare(encodeKey(a), encodeKey(b)), expected, `${a} and ${b}`);
      }
    }
  });

  it('gives back what was encoded, and ends where it ends', () => {
    fc.assert(
      fc.property(value, fc.uint8Array({ maxLength: 4 }), (one, behind) => {
        const bytes = encodeKey(one);
        const decoded = decodeKey(Buffer.concat([bytes, behind]));
        assert.ok(valuesEqual(decoded.value, one));
        assert.equal(decoded.end, bytes.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('makes no encoding the beginning of another, so that fields can stand behind one another', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const left = Buffer.from(encodeKey(a));
        const right = Buffer.from(encodeKey(b));
        fc.pre(left.length < right.length);
        assert.notEqual(Buffer.compare(left, right.subarray(0, left.length)), 0);
      }),
    );
  });

  it('has one form for what is one value', () => {
    assert.deepEqual(encodeKey(-0), encodeKey(0));
    assert.deepEqual(encodeKey({ a: 1, b: 2 }), encodeKey({ b: 2, a: 1 }));
    assert.deepEqual(encodeKey(2 ** 60), encodeKey(2n ** 60n));
  });
});
