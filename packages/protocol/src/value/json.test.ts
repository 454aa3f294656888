import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arbitraryValue } from './arbitrary-value.ts';
import { stringifyJson, toJson } from './json.ts';
import type { Value } from './value.ts';

describe('JSON', () => {
  it('writes dates as ISO 8601, bytes as base64 and wide integers with all digits', () => {
    const value: Value = {
      at: new Date(0),
      bytes: Buffer.from([1, 2, 255]),
      wide: 2n ** 63n,
      zero: -0,
      list: [],
      none: {},
    };
    assert.equal(
      stringifyJson(value),
      '{"at":"1970-01-01T00:00:00.000Z","bytes":"AQL/","wide":9223372036854775808,"zero":0,"list":[],"none":{}}',
    );
    assert.equal(
      stringifyJson({ a: [1, { b: null }] }, { indent: 2 }),
      JSON.stringify({ a: [1, { b: null }] }, null, 2),
    );
  });

  it('says what JSON.stringify says wherever that can say it', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        const wide = stringifyJson(value);
        assert.equal(
          wide.replace(/-?\d{16,}/g, '0'),
          JSON.stringify(toJson(value), (_, item) => (typeof item === 'bigint' ? 0 : item))
            .replace(/-?\d{16,}/g, '0')
            .replace(/^undefined$/, ''),
        );
      }),
    );
  });

  it('sorts members by the bytes of their names where asked', () => {
    const value = { b: { '\u{1f600}': 1, '\uff41': 2 }, 9: 3, 10: [{ c: 4, a: 5 }] };
    assert.equal(stringifyJson(value, { sorted: true }), '{"10":[{"a":5,"c":4}],"9":3,"b":{"\uff41":2,"\u{1f600}":1}}');
  });

  it('keeps __proto__ a member', () => {
    const value = JSON.parse('{"__proto__":1}') as Value;
    assert.equal(stringifyJson(value), '{"__proto__":1}');
    assert.deepEqual(Object.keys(toJson(value) as object), ['__proto__']);
  });
});
