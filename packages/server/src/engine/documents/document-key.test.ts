import assert from 'node:assert/strict';
import { systemHost } from '../../host.ts';
import { KeyGenerator } from './document-key.ts';

describe('KeyGenerator', () => {
  it('makes UUIDs of version 7 that only grow, whatever the clock does', () => {
    const times = [1000, 1000, 999, 5, 1000, 1001, 2 ** 41];
    let at = 0;
    const keys = new KeyGenerator({ ...systemHost(), nowMs: () => times[Math.min(at++ >> 11, times.length - 1)]! });
    let before = '';
    for (let i = 0; i < 16_384; i++) {
      const key = keys.next();
      assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.ok(key > before, `${key} comes after ${before}`);
      before = key;
    }
  });
});
