import assert from 'node:assert/strict';
import { JAVASCRIPT_LIMITS } from './limits.ts';
import { MemoryWatch } from './memory-watch.ts';

describe('MemoryWatch', () => {
  const memoryBytes = 64 * 1024 * 1024;
  const tooMuch = memoryBytes + JAVASCRIPT_LIMITS.memorySlackBytes + 1;

  function computing() {
    const one = { memoryBytes, ended: 0, takesTooMuch: () => void one.ended++ };
    return one;
  }

  it('ends who was computing while the process grew by more than he may use', () => {
    let resident = 0;
    const watch = new MemoryWatch(() => resident);
    const one = computing();
    watch.look([one]);
    resident = tooMuch - 1;
    watch.look([one]);
    assert.equal(one.ended, 0);
    resident = tooMuch;
    watch.look([one]);
    assert.equal(one.ended, 1);
  });

  it('blames nobody for what the process has grown by itself', () => {
    let resident = 0;
    const watch = new MemoryWatch(() => resident);
    const one = computing();
    watch.look([one]);
    watch.grew(10 * 1024 * 1024);
    resident = tooMuch + 1024 * 1024;
    watch.look([one]);
    assert.equal(one.ended, 0);
  });

  it('forgets who no longer computes', () => {
    let resident = 0;
    const watch = new MemoryWatch(() => resident);
    const one = computing();
    watch.look([one]);
    watch.look([]);
    resident = tooMuch;
    watch.look([one]);
    assert.equal(one.ended, 0);
  });
});
