import assert from 'node:assert/strict';
import { LuaMachine } from './machine.ts';
import { LuaValues } from './values.ts';
import type { BridgeHost } from './wasm/bridge.ts';

const silent: BridgeHost = {
  call: () => 0,
  wait: () => Promise.resolve(0),
  settle: () => 0,
  tick: () => 0,
  yieldTurn: () => Promise.resolve(0),
};

function evaluate(machine: LuaMachine, code: string): number {
  const { lua, state } = machine;
  const text = Buffer.from(`${code}\0t\0`);
  machine.bytes.set(text, machine.scratch);
  const status = lua.luaL_loadbufferx(
    state,
    machine.scratch,
    code.length,
    machine.scratch,
    machine.scratch + code.length + 1,
  );
  return status === 0 ? lua.lua_pcallk(state, 0, 1, 0, 0, 0) : status;
}

describe('LuaMachine', () => {
  it('puts its whole memory back', () => {
    const machine = new LuaMachine(silent);
    const image = machine.takeImage();
    // The first time clears what the making of the machine has left on the C stack.
    machine.restore(image);
    const before = Buffer.from(machine.bytes);
    assert.equal(evaluate(machine, `x = {} for i = 1, 1e5 do x[i] = 'secret' .. i end return 1`), 0);
    assert.ok(machine.bytes.includes('secret77'));
    machine.restore(image);
    assert.equal(machine.bytes.includes('secret77'), false);
    assert.equal(Buffer.compare(before, machine.bytes.subarray(0, before.length)), 0);
    assert.ok(machine.bytes.subarray(before.length).every((byte) => byte === 0));
  });

  it('makes machines alike, so that an image of one fits another', () => {
    const [one, other] = [new LuaMachine(silent), new LuaMachine(silent)];
    new LuaValues(one);
    evaluate(one, 'answer = 42');
    other.restore(one.takeImage());
    assert.equal(evaluate(other, 'return answer'), 0);
    assert.equal(other.lua.lua_tonumberx(other.state, -1, 0), 42);
  });

  it('refuses memory beyond its limit and goes on', () => {
    const machine = new LuaMachine(silent);
    const image = machine.takeImage();
    machine.growthMaxBytes = 4 * 1024 * 1024;
    assert.notEqual(evaluate(machine, `local s = 'x' while true do s = s .. s end`), 0);
    assert.equal(machine.wasRefusedMemory, true);
    machine.restore(image);
    assert.equal(evaluate(machine, 'return 1'), 0);
  });
});
