import assert from 'node:assert/strict';
import { LUA_BOMBS } from './lua-bombs.ts';
import { everythingOf, SandboxHost } from './sandbox-host.ts';

const LIMITS = {
  timeoutMs: 500,
  memoryBytes: 32 * 1024 * 1024,
  resultBytes: 1024 * 1024,
  hostCalls: 100,
  logBytes: 64 * 1024,
};

describe('resource bombs in Lua', function () {
  this.timeout(60_000);
  const host = new SandboxHost();
  after(() => host.close());

  it('are many', () => {
    assert.ok(LUA_BOMBS.length >= 60, String(LUA_BOMBS.length));
  });

  for (const [title, code] of LUA_BOMBS) {
    it(`end by themselves or at a limit, and harm nobody else: ${title}`, async () => {
      const bystander = host.run({ tenant: 'other', code: "time.sleep(20) return 'fine'" });
      const outcome = await host.run({ tenant: 'bomber', code, limits: LIMITS });
      if (outcome.kind === 'failure') {
        assert.notEqual(outcome.message, '');
        assert.doesNotMatch(outcome.message, /node_modules|\.[cm]?[jt]s:\d|wasm:/);
        assert.ok(outcome.status >= 500, String(outcome.status));
      } else assert.ok(everythingOf(outcome).length < 100_000);
      assert.match(everythingOf(await bystander), /\n"fine"/);
      assert.match(everythingOf(await host.run({ tenant: 'other', code: "return 'alive'" })), /\n"alive"/);
    });
  }
});
