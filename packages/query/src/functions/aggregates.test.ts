import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { aggregateByName, allAggregates } from './aggregates.ts';
import { call } from './testing/call.ts';

function aggregate(name: string, values: readonly Value[], parameter?: Value): Value {
  const state = aggregateByName(name)!.create();
  for (const value of values) state.add(value, parameter);
  return state.result();
}

const someValues = fc.array(
  fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom<Value>(null, 'a', true, [1], 0.5)),
);

describe('aggregates', () => {
  it('answer for no rows', () => {
    const answers = Object.fromEntries(allAggregates().map(({ name, create }) => [name, create().result()]));
    assert.deepEqual(answers, {
      ...{ COUNT: 0, LENGTH: 0, COUNT_DISTINCT: 0, SUM: 0 },
      ...{ AVG: null, VARIANCE: null, VAR_SAMP: null, STDDEV: null, STDDEV_SAMP: null },
      ...{ MIN: null, MAX: null, MEDIAN: null, PERCENTILE: null, FIRST: null, LAST: null },
      ...{ PUSH: [], UNIQUE: [], SORTED_UNIQUE: [] },
    });
  });

  it('count rows, or those that are not null', () => {
    const state = aggregateByName('COUNT')!.create();
    state.add(undefined);
    state.add(undefined);
    assert.equal(state.result(), 2);
    assert.equal(aggregate('COUNT', [1, null, 'a']), 2);
    assert.equal(aggregate('LENGTH', [1, null, 'a']), 3);
    assert.equal(aggregate('COUNT_DISTINCT', [1, 1.0, null, 'a']), 2);
  });

  it('answer what the functions of their names answer for an array', () =>
    fc.assert(
      fc.property(someValues, (values) => {
        for (const name of ['SUM', 'AVG', 'MIN', 'MAX', 'MEDIAN', 'VAR_SAMP', 'STDDEV', 'UNIQUE', 'SORTED_UNIQUE']) {
          assert.deepEqual(aggregate(name, values), call(name, [values]), name);
        }
        assert.deepEqual(aggregate('PERCENTILE', values, 30), call('PERCENTILE', [values, 30]));
        assert.deepEqual(aggregate('FIRST', values), call('FIRST', [values]));
      }),
    ));

  it('can be asked between two rows without losing their way', () =>
    fc.assert(
      fc.property(someValues, (values) => {
        for (const { name, create, maxArguments } of allAggregates()) {
          const asked = create();
          const parameter = maxArguments === 2 ? 50 : undefined;
          for (const value of values) {
            asked.add(value, parameter);
            asked.result();
          }
          assert.deepEqual(asked.result(), aggregate(name, values, parameter), name);
        }
      }),
    ));

  it('compute the variance as its definition does, also far from zero', () => {
    assert.equal(aggregate('VAR_POP', [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]), 22.5);
    assert.equal(aggregate('VAR_SAMP', [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]), 30);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 2 }), (numbers) => {
        const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
        const expected = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
        const actual = aggregate('VARIANCE', numbers) as number;
        assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, expected), `${actual} for ${expected}`);
      }),
    );
  });

  it('take percentiles by nearest rank', () => {
    const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
    for (const percent of [1, 7, 29, 50, 100]) assert.equal(aggregate('PERCENTILE', numbers, percent), percent);
    assert.equal(aggregate('PERCENTILE', numbers, 0), 1);
    assert.equal(aggregate('PERCENTILE', numbers, 7.5), 8);
    assert.throws(() => aggregate('PERCENTILE', [1], 101), /from 0 to 100/);
    assert.equal(aggregate('PERCENTILE', [1], null), null);
    assert.throws(() => call('PERCENTILE', [[], -1]), /from 0 to 100/, 'also where there is nothing to look at');
  });

  it('refuse sums beyond the range of numbers', () => {
    assert.throws(() => aggregate('SUM', [Number.MAX_VALUE, Number.MAX_VALUE]), /SUM: the result is out of range/);
  });
});
