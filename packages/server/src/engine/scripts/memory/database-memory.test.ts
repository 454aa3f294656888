import assert from 'node:assert/strict';
import { RATE_LIMIT_NAMES_MAX, SCRIPT_CACHE_BYTES_MAX, SCRIPT_CACHE_ENTRIES_MAX } from '../../../limits.ts';
import { TestHost } from '../../../testing/test-engine.ts';
import { DatabaseMemory } from './database-memory.ts';

describe('what scripts of a database have in common', () => {
  const host = new TestHost();
  const { cache, rateLimits } = new DatabaseMemory(host);

  it('keeps a copy of a value for its time', () => {
    const value = { list: [1, null], text: 'x' };
    cache.set('a', value, 10);
    value.list.push(2);
    assert.deepEqual(cache.get('a'), { list: [1, null], text: 'x' });
    host.aheadMs += 10_001;
    assert.equal(cache.get('a'), null);
    assert.equal(cache.delete('a'), false);
  });

  it('forgets with null', () => {
    cache.set('b', 1, 10);
    cache.set('b', null, 10);
    assert.equal(cache.get('b'), null);
  });

  it('lets the least recently used go', () => {
    for (let i = 0; i < SCRIPT_CACHE_ENTRIES_MAX; i++) cache.set(`k${i}`, i, 1_000);
    assert.equal(cache.get('k0'), 0);
    cache.set('one more', true, 1_000);
    assert.deepEqual([cache.get('k0'), cache.get('k1'), cache.get('one more')], [0, null, true]);
  });

  it('holds no more bytes than it may', () => {
    cache.set('huge', 'x'.repeat(SCRIPT_CACHE_BYTES_MAX + 1), 1_000);
    assert.equal(cache.get('huge'), null);
  });

  it('counts calls in a sliding window', () => {
    const calls = () => rateLimits.allows('login', 2, 60);
    assert.deepEqual([calls(), calls(), calls()], [true, true, false]);
    host.aheadMs += 59_000;
    assert.equal(calls(), false);
    host.aheadMs += 2_000;
    assert.deepEqual([calls(), calls(), calls()], [true, true, false]);
    assert.equal(rateLimits.allows('never', 0, 60), false);
  });

  it('remembers a bounded number of names', () => {
    for (let i = 0; i <= RATE_LIMIT_NAMES_MAX; i++) rateLimits.allows(`n${i}`, 1, 600);
    assert.equal(rateLimits.allows('n0', 1, 600), true);
    assert.equal(rateLimits.allows(`n${RATE_LIMIT_NAMES_MAX}`, 1, 600), false);
  });
});
