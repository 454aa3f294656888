import assert from 'node:assert/strict';
import { stringifyJson, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { call } from './testing/call.ts';
import { fitsInText } from './value-size.ts';

/** An array that holds an array twice, and so on: 2^depth numbers. */
function doubled(depth: number): Value {
  let value: Value = 1;
  for (let level = 0; level < depth; level++) value = [value, value];
  return value;
}

describe('the size of a value', () => {
  it('is about the length of its JSON', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const value = json as Value;
        const { length } = stringifyJson(value);
        assert.ok(fitsInText(value, 2 * length + 2));
        assert.ok(!fitsInText(value, Math.floor(length / 30) - 1));
      }),
    ));

  it('is found out for a value that nobody could write out', () => {
    assert.equal(fitsInText(doubled(90), 100_000), false);
    for (const [name, ...args] of [
      ['TO_STRING'],
      ['JSON_STRINGIFY'],
      ['CONCAT', 'a'],
      ['UNIQUE'],
      ['COUNT_DISTINCT'],
    ]) {
      const wanted = name === 'UNIQUE' || name === 'COUNT_DISTINCT' ? [[doubled(90)]] : [...args, doubled(90)];
      assert.throws(() => call(name, wanted), { code: 'limit_exceeded' }, name);
    }
  });
});

describe('arrays made of arrays', () => {
  it('do not grow beyond the limit', () => {
    const million = new Array(1_000_000).fill(1);
    const many = new Array(11).fill(million);
    assert.throws(() => call('APPEND', [[], ...many]), { code: 'limit_exceeded' });
    assert.throws(() => call('UNION', many), { code: 'limit_exceeded' });
    const members = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`m${index}`, 1]));
    for (const name of ['KEYS', 'VALUES']) {
      assert.throws(() => call(name, [new Array(10_001).fill(members)]), { code: 'limit_exceeded' });
    }
  });
});
