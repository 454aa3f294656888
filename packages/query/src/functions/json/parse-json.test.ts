import assert from 'node:assert/strict';
import { stringifyJson, type Value } from '@cairn/protocol/internal';
import fc from 'fast-check';
import { parseJson } from './parse-json.ts';

const anyJson = (): fc.Arbitrary<Value> =>
  fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Value>(null, true, false, 2n ** 53n, -(2n ** 63n), 2n ** 64n - 1n),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString'), tie('value'), { maxKeys: 3 }),
    ),
  })).value;

describe('JSON text', () => {
  it('is read back as it was written', () =>
    fc.assert(
      fc.property(anyJson(), (value) => {
        const text = stringifyJson(value);
        assert.equal(stringifyJson(parseJson(text)), text);
      }),
    ));

  it('keeps 64-bit integers exactly and makes doubles of larger ones', () => {
    assert.deepEqual(parseJson('[9007199254740993, 18446744073709551615, -9223372036854775808]'), [
      9007199254740993n,
      18446744073709551615n,
      -9223372036854775808n,
    ]);
    assert.equal(parseJson('18446744073709551616'), 2 ** 64);
    assert.equal(parseJson('9007199254740993.0'), 9007199254740992);
  });

  it('makes an own member of __proto__', () => {
    const value = parseJson('{"__proto__": {"x": -0}, "a": 12345678901234567890}') as { [key: string]: Value };
    assert.deepEqual(Object.keys(value), ['__proto__', 'a']);
    assert.equal(({} as { x?: unknown }).x, undefined);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  it('is refused when it is no value', () => {
    for (const text of ['', '{a:1}', '[1,]', '01', "'a'", '1e400', '[-1e400]', '"\\ud800"', '{"\\udc00": 1}', 'NaN']) {
      assert.throws(() => parseJson(text), SyntaxError, text);
    }
    assert.throws(() => parseJson('['.repeat(500) + ']'.repeat(500)), /nested deeper/);
    assert.throws(() => parseJson(`${'['.repeat(200_000)}1234567890123456${']'.repeat(200_000)}`), SyntaxError);
  });
});
