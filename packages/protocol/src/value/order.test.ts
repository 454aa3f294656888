import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arbitraryValue } from './arbitrary-value.ts';
import { compareValues, utf8Compare } from './compare.ts';
import { valuesEqual } from './equal.ts';
import { typeRank } from './type-rank.ts';
import type { Value } from './value.ts';

/** Pairs and triples of values that are often alike, because random ones hardly ever meet. */
const alike = fc.oneof(
  arbitraryValue,
  fc.constantFrom<Value>(
    1,
    1n,
    2 ** 53,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 64n - 1n,
    2 ** 64,
    -(2n ** 63n),
    'a',
    'ab',
    '\uffff',
    '😀',
    [],
    [1],
    [1, 2],
    {},
  ),
  fc.constantFrom<Value>(
    { a: 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { b: 1 },
    { a: 2 },
    new Date(0),
    Buffer.from([1]),
    Buffer.from([1, 0]),
  ),
);

describe('the order of values', () => {
  it('is total: reversing a pair reverses the answer', () => {
    fc.assert(
      fc.property(alike, alike, (a, b) => Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a)) === 0),
    );
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(alike, alike, alike, (a, b, c) => {
        const [x, y, z] = [a, b, c].sort(compareValues);
        return compareValues(x, y) <= 0 && compareValues(y, z) <= 0 && compareValues(x, z) <= 0;
      }),
      { numRuns: 500 },
    );
  });

  it('finds two values equal exactly when they are the same', () => {
    fc.assert(
      fc.property(alike, alike, (a, b) => (compareValues(a, b) === 0) === valuesEqual(a, b)),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(
        arbitraryValue,
        (a) => valuesEqual(a, structuredCloneOf(a)) && compareValues(a, structuredCloneOf(a)) === 0,
      ),
    );
  });

  it('puts the types in their places', () => {
    const values: Value[] = [null, false, true, -1, 2n ** 60n, '', 'z', new Date(0), Buffer.alloc(0), [], [null], {}];
    for (let i = 1; i < values.length; i++) assert.ok(compareValues(values[i - 1], values[i]) < 0, `place ${i}`);
    assert.deepEqual(values.map(typeRank), [0, 1, 2, 3, 3, 4, 4, 5, 6, 7, 7, 8]);
  });

  it('compares integers beyond 2^53 exactly', () => {
    assert.ok(compareValues(2n ** 53n + 1n, 2 ** 53) > 0);
    assert.equal(compareValues(2n ** 60n, 2 ** 60), 0);
    assert.ok(valuesEqual(2n ** 60n, 2 ** 60));
    assert.ok(!valuesEqual(1, '1'));
    assert.ok(!valuesEqual(2n ** 60n, '1152921504606846976'));
  });

  it('orders text as its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        return Math.sign(utf8Compare(a, b)) === Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      {
        examples: [
          ['\uffff', '😀'],
          ['\ue000', '\u{10000}'],
        ],
      },
    );
  });

  it('does not take an inherited member for one of its own', () => {
    assert.ok(!valuesEqual({ toString: 1 }, { other: 1 }));
    const prototype = JSON.parse('{"__proto__": {"x": 1}}') as Value;
    assert.ok(!valuesEqual(prototype, {}));
    assert.ok(valuesEqual(prototype, JSON.parse('{"__proto__": {"x": 1}}') as Value));
  });
});

function structuredCloneOf(value: Value): Value {
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Uint8Array) return Buffer.from(value);
  // Written in reverse: the order of members must not matter.
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, structuredCloneOf(member)]),
  );
}
