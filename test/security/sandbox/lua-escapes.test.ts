import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CairnError, type Value } from '@cairn/protocol';
import { ESCAPED, LUA_ESCAPE_ATTEMPTS, SECRET_PATH } from './lua-escape-attempts.ts';
import { everythingOf, SandboxHost } from './sandbox-host.ts';

/** The canary: it lies in the environment, in a file, and in the memory and the data of another tenant. */
const CANARY = `C4N${randomBytes(12).toString('hex')}`;

/** What the other tenant runs before each attempt: the canary gets into globals, libraries, constants and memory. */
const VICTIM = `canary = '${CANARY}' string.canary = canary solidb.canary = canary getmetatable('').canary = canary
  local kept = {} for i = 1, 100 do kept[i] = canary .. i end
  setmetatable({}, { __gc = function() kept = nil end })
  coroutine.wrap(function() coroutine.yield(canary) end)()
  return #canary`;

/** What everybody should find, whatever ran before. */
const SOUND = `return { ('x'):upper(), json.encode({ 1 }), type(solidb.error), type(os), tostring(canary), type(getmetatable(_G)) }`;

const MODULES: Readonly<Record<string, string>> = {
  bytecode: '\x1bLua',
  curious: 'local a, b, c = ... return { a, b, c, rawget(_G, "os") }',
};

/** The attacker's server: it knows of nothing but its own database, which holds nothing. */
function attackersCalls(name: string, parameters: readonly Value[]): Value {
  if (name === 'module' && Object.hasOwn(MODULES, String(parameters[0]))) {
    return { name: parameters[0], language: 'lua', code: MODULES[String(parameters[0])], fingerprint: '' };
  }
  if (name.startsWith('files.') || name === 'module' || name === 'image.process' || name === 'db.query') {
    throw new CairnError('not_found', 'no such thing');
  }
  return null;
}

describe('escape attempts in Lua', function () {
  this.timeout(60_000);
  const host = new SandboxHost();
  const path = join(tmpdir(), `cairn-sandbox-${process.pid}.lua`);

  before(() => {
    writeFileSync(path, `return '${CANARY}'`);
    process.env.CAIRN_SANDBOX_CANARY = CANARY;
  });
  after(async () => {
    delete process.env.CAIRN_SANDBOX_CANARY;
    rmSync(path, { force: true });
    await host.close();
  });

  it('are many', () => {
    assert.ok(LUA_ESCAPE_ATTEMPTS.length >= 75, String(LUA_ESCAPE_ATTEMPTS.length));
  });

  it('would be noticed: a planted hole is found', async () => {
    const calls = (name: string): Value => (name === 'cache.get' ? CANARY : null);
    const outcome = await host.run({ tenant: 'attacker', code: "return solidb.cache_get('canary')", calls });
    assert.ok(everythingOf(outcome).includes(CANARY));
  });

  for (const [title, code] of LUA_ESCAPE_ATTEMPTS) {
    it(`do not reach ${title}`, async () => {
      await host.run({ tenant: 'victim', code: VICTIM });
      const logged: string[] = [];
      const calls = attackersCalls;
      const outcome = await host.run({ tenant: 'attacker', code: code.replaceAll(SECRET_PATH, path), calls, logged });
      const all = everythingOf(outcome, logged);
      assert.ok(!all.includes(CANARY), all);
      assert.ok(!all.includes(ESCAPED), all);
      assert.doesNotMatch(all, /node_modules|file:\/\/\/.*\.[jt]s|\.[cm]?[jt]s:\d|wasm:\/\//, all);
      const sound = await host.run({ tenant: 'victim', code: SOUND });
      assert.deepEqual(JSON.parse(everythingOf(sound).split('\n')[1]), ['X', '[1]', 'function', 'nil', 'nil', 'nil']);
    });
  }
});
