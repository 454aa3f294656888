import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { READINESS_HOLDS_MS } from '../limits.ts';
import { TestEngine } from '../testing/test-engine.ts';
import { ReadinessCheck } from './readiness.ts';

describe('readiness', () => {
  it('is there while the doors are open and the disk takes writes', async () => {
    const test = await TestEngine.open();
    const check = new ReadinessCheck(test.engine);
    assert.equal((await check.check()).status, 'starting');
    check.phase = 'open';
    assert.deepEqual(await check.check(), { status: 'ready', reasons: [] });
    // The disk is gone; what was found out holds for a moment.
    await rm(test.engine.dataDir, { recursive: true });
    assert.equal((await check.check()).status, 'ready');
    test.host.aheadMs += READINESS_HOLDS_MS;
    const lost = await check.check();
    assert.deepEqual([lost.status, lost.reasons], ['unready', ['the disk takes no writes (ENOENT)']]);
    check.phase = 'stopping';
    assert.equal((await check.check()).status, 'stopping');
    await test.close().catch(() => {});
  });
});
