import assert from 'node:assert/strict';
import type { Value } from '@cairn/protocol';
import fc from 'fast-check';
import { readTaggedJson, writeTaggedJson } from './tagged-json.ts';

const name = fc.oneof(fc.constantFrom('$date', '$bytes', '$object', '__proto__', 'a'), fc.string());
const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((members) => Object.fromEntries(members)),
  ) as fc.Arbitrary<Value>,
}));

describe('tagged JSON', () => {
  it('gives every value back, tags of users included', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = writeTaggedJson(value);
        assert(!text.includes('\n'));
        const read = readTaggedJson(text);
        assert.deepEqual(read, value);
        assert.equal(writeTaggedJson(read), text);
      }),
      { numRuns: 2000 },
    );
  });

  it('looks like this', () => {
    const value = {
      at: new Date(5),
      raw: Buffer.from('hi'),
      odd: { $date: 1 },
      n: 2n ** 64n - 1n,
      two: { $date: 1, b: 2 },
    };
    const text =
      '{"at":{"$date":5},"raw":{"$bytes":"aGk="},"odd":{"$object":{"$date":1}},"n":18446744073709551615,"two":{"$date":1,"b":2}}';
    assert.equal(writeTaggedJson(value), text);
  });

  it('refuses tags that hold nonsense', () => {
    for (const text of ['{"$date":"x"}', '{"$bytes":1}', '{"$object":[1]}', '{"$object":null}']) {
      assert.throws(() => readTaggedJson(text), SyntaxError, text);
    }
  });
});
