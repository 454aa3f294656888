import assert from 'node:assert/strict';
import { ByteWriter, decodeValue, type Value } from '@cairn/protocol/internal';
import { writeValue } from './write-value.ts';

describe('writing computed values', () => {
  it('writes what the writer itself would', () => {
    const values: Value[] = [
      1,
      null,
      'a',
      [1, [2, { a: [] }]],
      { a: { b: new Date(5) }, c: Buffer.from('x') },
      2n ** 60n,
    ];
    for (const value of values) {
      const writer = new ByteWriter();
      writeValue(writer, value);
      const own = new ByteWriter();
      own.value(value);
      assert.deepEqual(writer.finish(), own.finish());
      assert.deepEqual(decodeValue(writer.finish()), value);
    }
  });

  it('ends early on small values that are large when written', () => {
    let shared: Value = 1;
    for (let step = 0; step < 60; step++) shared = [shared, shared];
    assert.throws(() => writeValue(new ByteWriter(), shared), { code: 'limit_exceeded' });
    const text = 'x'.repeat(1_000_000);
    assert.throws(() => writeValue(new ByteWriter(), new Array(1000).fill(text)), { code: 'limit_exceeded' });
  });

  it('refuses what is nested too deep', () => {
    let nested: Value = 1;
    for (let step = 0; step < 101; step++) nested = { a: nested };
    assert.throws(() => writeValue(new ByteWriter(), nested), /nested deeper/);
  });
});
