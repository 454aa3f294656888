import type { ChildRun } from '../host/child/engine.ts';
import type { NativeTable } from '../natives/native-function.ts';
import { LuaMachine } from './machine.ts';
import { callPrimitive, type PrimitiveContext } from './primitives.ts';
import type { RunControl } from './run-control.ts';
import { LuaConversionError, LuaValues } from './values.ts';
import { type BridgeHost, HOST_RESULT } from './wasm/bridge.ts';
import { FIRST_UPVALUE } from './wasm/lua-exports.ts';

/** Calls inside one another: each takes some 70 bytes, so that they fill half of the default memory at most. */
const CALLS_MAX_DEPTH = 200_000;

/** Calls of the hook between two looks at the depth: a look walks down all calls. */
const TICKS_BETWEEN_DEPTHS = 8;

/** A machine and what it is busy with. */
export class ScriptMachine implements BridgeHost, PrimitiveContext {
  readonly machine: LuaMachine;
  readonly values: LuaValues;
  readonly natives: Readonly<Record<string, NativeTable>>;
  hostCalls = 0;
  #ticks = 0;
  #run: ChildRun | undefined;
  #control: RunControl | undefined;
  #pending: Promise<void> | undefined;
  #push: ((state: number) => number) | undefined;

  constructor(natives: Readonly<Record<string, NativeTable>>) {
    this.natives = natives;
    this.machine = new LuaMachine(this);
    this.values = new LuaValues(this.machine);
  }

  get run(): ChildRun {
    return this.#run!;
  }

  get control(): RunControl {
    return this.#control!;
  }

  begin(run: ChildRun, control: RunControl): void {
    this.#run = run;
    this.#control = control;
    this.hostCalls = 0;
    this.machine.growthMaxBytes = run.limits.memoryBytes;
    this.values.lookAtClock = () => control.check();
  }

  end(): void {
    this.#run = undefined;
    this.#control = undefined;
    this.values.lookAtClock = undefined;
    this.#pending = undefined;
    this.#push = undefined;
  }

  waitFor<T>(promise: Promise<T>, push: (state: number, value: T) => number): number {
    this.#pending = this.control.wait(promise).then((value) => {
      this.#push = (state) => push(state, value);
    });
    return HOST_RESULT.wait;
  }

  call(state: number): number {
    return callPrimitive(this.machine.lua.lua_tonumberx(state, FIRST_UPVALUE, 0), this, state);
  }

  async wait(): Promise<number> {
    await this.#pending;
    return 0;
  }

  settle(state: number): number {
    try {
      return this.#push!(state);
    } catch (error) {
      if (!(error instanceof LuaConversionError)) throw error;
      this.values.pushText(state, error.message);
      return HOST_RESULT.error;
    }
  }

  tick(state: number): number {
    if (this.#control === undefined) return 0; // the prelude loads
    if (++this.#ticks % TICKS_BETWEEN_DEPTHS === 0) this.#checkDepth(state);
    return this.#control.tick() ? 1 : 0;
  }

  /** Raises Lua's own error for calls that are too deep inside one another: its own limit takes more memory than a run has. */
  #checkDepth(state: number): void {
    const { lua, scratch } = this.machine;
    if (lua.lua_getstack(state, CALLS_MAX_DEPTH, scratch) === 0) return;
    lua.luaL_where(state, 0);
    this.values.pushText(state, 'stack overflow');
    lua.lua_concat(state, 2);
    lua.lua_error(state);
  }

  async yieldTurn(): Promise<number> {
    await this.control.yieldTurn();
    return 0;
  }
}
