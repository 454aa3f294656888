import assert from 'node:assert/strict';
import { compareValues, type Value, valuesEqual } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { call } from '../testing/call.ts';

const elements = fc.constantFrom<Value>(null, true, 0, 1, 2, 2.5, 'a', 'b', [1], [], { a: 1 });
const arrays = fc.array(elements, { maxLength: 8 });
const counts = fc.integer({ min: -3, max: 10 });

describe('parts of arrays', () => {
  it('clamp, and count from the end', () =>
    fc.assert(
      fc.property(arrays, counts, (values, count) => {
        assert.deepEqual(call('SLICE', [values, count]), values.slice(count));
        assert.deepEqual(call('NTH', [values, count]), values.at(count) ?? null);
        const [taken, dropped] = [call('TAKE', [values, count]), call('DROP', [values, count])] as Value[][];
        assert.deepEqual([...taken, ...dropped], values);
      }),
    ));

  it('put together give the array', () =>
    fc.assert(
      fc.property(arrays, fc.integer({ min: 1, max: 5 }), (values, size) => {
        assert.deepEqual(call('FLATTEN', [call('CHUNK', [values, size])]), values.flat(0));
        assert.deepEqual(call('REVERSE', [call('REVERSE', [values])]), values);
        assert.deepEqual(call('POP', [call('PUSH', [values, 1])]), values);
        assert.deepEqual(call('SHIFT', [call('UNSHIFT', [values, 1])]), values);
      }),
    ));
});

describe('RANGE', () => {
  it('is of no value from or to null, and takes a null step for none', () => {
    for (const args of [[null], [1, null], [1, null, 2], [null, 2]]) assert.equal(call('RANGE', args), null);
    assert.deepEqual(call('RANGE', [1, 3, null]), [1, 2, 3]);
  });
});

describe('arrays as sets', () => {
  const has = (values: readonly Value[], wanted: Value) => values.some((value) => valuesEqual(value, wanted));

  it('obey the algebra of sets', () =>
    fc.assert(
      fc.property(arrays, arrays, elements, (left, right, value) => {
        const set = (name: string) => call(name, [left, right]) as Value[];
        assert.equal(has(set('UNION'), value), has(left, value) || has(right, value));
        assert.equal(has(set('INTERSECTION'), value), has(left, value) && has(right, value));
        assert.equal(has(set('MINUS'), value), has(left, value) && !has(right, value));
        assert.equal(call('CONTAINS_ARRAY', [left, value]), has(left, value));
        assert.equal((call('POSITION', [left, value]) as number) >= 0, has(left, value));
      }),
    ));

  it('are sorted by the total order, stably', () =>
    fc.assert(
      fc.property(arrays, (values) => {
        assert.deepEqual(call('SORTED', [values]), values.toSorted(compareValues));
        assert.deepEqual(call('SORTED_UNIQUE', [values]), call('SORTED', [call('UNIQUE', [values])]));
      }),
    ));
});

describe('RANGE', () => {
  it('has both ends, in either direction', () => {
    assert.deepEqual(call('RANGE', [1, 4]), [1, 2, 3, 4]);
    assert.deepEqual(call('RANGE', [5, 0, -2]), [5, 3, 1]);
    assert.deepEqual(call('RANGE', [3, 1]), []);
    assert.throws(() => call('RANGE', [1, 2, 0]), /step must not be 0/);
    assert.throws(() => call('RANGE', [0, 1e12]), { code: 'limit_exceeded' });
  });
});

describe('functions of a lambda', () => {
  it('take an error of the data in a condition as false, but not in MAP', () => {
    const failing = (value: Value) => call('UPPER', [value]);
    assert.deepEqual(call('FILTER', [['a', 1, ''], failing]), ['a']);
    assert.equal(call('ALL', [['a', 1], failing]), false);
    assert.equal(call('ANY', [[1, 'a'], failing]), true);
    assert.equal(call('FIND', [[1, 'a'], failing]), 'a');
    assert.throws(() => call('MAP', [['a', 1], failing]), /UPPER/);
  });

  it('do not take anything else for an error of the data', () => {
    const broken = () => {
      throw new RangeError('out of stack');
    };
    assert.throws(() => call('FILTER', [[1], broken]), RangeError);
  });

  it('fold, with the element alone for a lambda of one parameter', () => {
    assert.equal(call('REDUCE', [[1, 2, 3], (sum: Value, x: Value) => (sum as number) + (x as number), 10]), 16);
    assert.equal(call('REDUCE', [[1, 2, 3], (x: Value) => x, 10]), 3);
    assert.equal(call('REDUCE', [[], (x: Value) => x]), null);
  });
});
