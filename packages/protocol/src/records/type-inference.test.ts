import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inferValue } from './type-inference.ts';

describe('inferValue', () => {
  it('leaves text that only looks like a number', () => {
    for (const text of [
      '007',
      '+49',
      '1.',
      '.5',
      '0x10',
      '1e999',
      'NaN',
      ' 1',
      '1,5',
      '99999999999999999999',
      'TRUE',
    ]) {
      assert.equal(inferValue(text), text);
    }
  });

  it('finds null, booleans and exact integers', () => {
    assert.equal(inferValue(''), null);
    assert.equal(inferValue('false'), false);
    assert.equal(inferValue('18446744073709551615'), 18446744073709551615n);
    assert.equal(inferValue('-0.5e-3'), -0.0005);
  });

  it('reads back every finite number as JSON writes it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const text = JSON.stringify(number);
        const inferred = inferValue(text);
        assert.equal(typeof inferred === 'string' ? Number(inferred) : Number(inferred), Number(text));
      }),
    );
  });
});
