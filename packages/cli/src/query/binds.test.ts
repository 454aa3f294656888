import assert from 'node:assert/strict';
import { UsageError } from '../command-error.ts';
import { parseBinds } from './binds.ts';

describe('parseBinds', () => {
  it('reads JSON, and bare words as text', () => {
    const binds = parseBinds(['n=5', 'city=Bern', 'q="a=b"', '@coll=users', 'list=[1,2]', '__proto__=1']);
    assert.deepEqual(Object.entries(binds), [
      ['n', 5],
      ['city', 'Bern'],
      ['q', 'a=b'],
      ['@coll', 'users'],
      ['list', [1, 2]],
      ['__proto__', 1],
    ]);
  });

  it('refuses the rest', () => {
    for (const text of ['n', '=5', 'n=', 'n=[1', 'n=1x']) assert.throws(() => parseBinds([text]), UsageError, text);
  });
});
