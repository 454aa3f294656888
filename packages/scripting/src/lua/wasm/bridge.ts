import type { LuaExports } from './lua-exports.ts';
import { compileModule, op } from './module-writer.ts';
import './web-assembly.ts';

/**
 * What stands between Lua's module and JavaScript, as WebAssembly: Lua's `setjmp` and the functions that Lua calls.
 *
 * Emscripten expects `invoke_vii` (calls with a landing place for `longjmp`) to be JavaScript. A stack with JavaScript
 * frames in the middle cannot be suspended, and every `pcall` would put one there. With these few opcodes the whole stack from
 * `lua_pcallk` to a host call is WebAssembly, so that a wait suspends it wherever it happens: inside `pcall`, coroutines,
 * metamethods, comparators of `sort`.
 *
 * Source of the protocol: Emscripten's `invoke_*` and `_emscripten_throw_longjmp`; WebAssembly JavaScript Promise Integration.
 */
const TYPES = [
  { parameters: 3, results: 0 },
  { parameters: 0, results: 1 },
  { parameters: 1, results: 0 },
  { parameters: 2, results: 0 },
  { parameters: 1, results: 1 },
  { parameters: 0, results: 0 },
];
const INVOKE = 0;
const NOTHING_TO_I32 = 1;
const I32_TO_NOTHING = 2;
const TWO_TO_NOTHING = 3;
const I32_TO_I32 = 4;
const NOTHING = 5;

const LONGJMP = { kind: 'tag', module: 'host', name: 'longjmp', type: NOTHING } as const;

/** Lua's module must be given `invoke_vii` before it exists to be called: this one calls what is put into its table later. */
const landing = compileModule({
  types: TYPES,
  imports: [LONGJMP],
  tableLength: 1,
  functions: [
    {
      name: 'invoke_vii',
      type: INVOKE,
      locals: 0,
      code: [op.local(0), op.local(1), op.local(2), op.constant(0), op.callIndirect(INVOKE)].flat(),
    },
    { name: 'throw_longjmp', type: NOTHING, locals: 0, code: op.throw(0) },
  ],
});

const STACK_SAVE = 0;
const STACK_RESTORE = 1;
const SET_THREW = 2;
const LUA_ERROR = 3;
const HOST_CALL = 4;
const HOST_WAIT = 5;
const HOST_SETTLE = 6;
const TICK = 7;
const YIELD_TURN = 8;

/** What a host function answers instead of a count of results. */
export const HOST_RESULT = {
  /** The value on top of the stack is to be raised. */
  error: -1,
  /** The answer comes later: the stack is suspended until it does. */
  wait: -2,
} as const;

const bridge = compileModule({
  types: TYPES,
  imports: [
    { kind: 'function', module: 'lua', name: 'stackSave', type: NOTHING_TO_I32 },
    { kind: 'function', module: 'lua', name: 'stackRestore', type: I32_TO_NOTHING },
    { kind: 'function', module: 'lua', name: 'setThrew', type: TWO_TO_NOTHING },
    { kind: 'function', module: 'lua', name: 'lua_error', type: I32_TO_I32 },
    { kind: 'function', module: 'host', name: 'call', type: I32_TO_I32 },
    { kind: 'function', module: 'host', name: 'wait', type: I32_TO_I32 },
    { kind: 'function', module: 'host', name: 'settle', type: I32_TO_I32 },
    { kind: 'function', module: 'host', name: 'tick', type: I32_TO_I32 },
    { kind: 'function', module: 'host', name: 'yieldTurn', type: I32_TO_I32 },
    LONGJMP,
    { kind: 'table', module: 'lua', name: '__indirect_function_table' },
  ],
  functions: [
    {
      // (function, a, b): calls it; a longjmp through it ends here, and Lua is told by setThrew. Anything else that is thrown passes.
      name: 'invoke_vii',
      type: INVOKE,
      locals: 1,
      code: [
        op.call(STACK_SAVE),
        op.setLocal(3),
        op.tryCatch(
          0,
          [op.local(1), op.local(2), op.local(0), op.callIndirect(TWO_TO_NOTHING)],
          [
            [...op.local(3), ...op.call(STACK_RESTORE)],
            [...op.constant(1), ...op.constant(0), ...op.call(SET_THREW)],
          ],
        ),
      ].flat(),
    },
    {
      // (state): the C function behind every function of ours that Lua calls.
      name: 'hostFunction',
      type: I32_TO_I32,
      locals: 1,
      code: [
        [...op.local(0), ...op.call(HOST_CALL), ...op.setLocal(1)],
        [...op.local(1), ...op.constant(HOST_RESULT.wait), ...op.equal()],
        op.if(
          [...op.local(0), ...op.call(HOST_WAIT), ...op.drop()],
          [...op.local(0), ...op.call(HOST_SETTLE), ...op.setLocal(1)],
        ),
        [...op.local(1), ...op.constant(HOST_RESULT.error), ...op.equal()],
        op.if([...op.local(0), ...op.call(LUA_ERROR), ...op.setLocal(1)]),
        op.local(1),
      ].flat(),
    },
    {
      // (state, activation record): Lua's count hook.
      name: 'countHook',
      type: TWO_TO_NOTHING,
      locals: 0,
      code: [[...op.local(0), ...op.call(TICK)], op.if([...op.local(0), ...op.call(YIELD_TURN), ...op.drop()])].flat(),
    },
  ],
});

/** JavaScript's side of what Lua calls. States are addresses of a `lua_State`. */
export interface BridgeHost {
  /** Runs the host function: a count of results, or one of `HOST_RESULT`. */
  call(state: number): number;
  /** Resolves when what `call` left waiting has come; the number means nothing. */
  wait(state: number): Promise<number>;
  /** Pushes what has come: a count of results, or `HOST_RESULT.error`. On the stack itself, where Lua's errors may be raised. */
  settle(state: number): number;
  /** Comes every so many instructions: 1 asks for `yieldTurn`; throwing ends the run, whatever Lua would catch. */
  tick(state: number): number;
  yieldTurn(state: number): Promise<number>;
}

export interface Bridge {
  /** What Lua's module imports. */
  readonly invokeVii: unknown;
  readonly throwLongjmp: unknown;
  /** Ties the bridge to the instance of Lua that imported the two. @returns indexes in Lua's table of functions */
  connect(lua: LuaExports, host: BridgeHost): { hostFunction: number; countHook: number };
}

/** A bridge for one instance of Lua. */
export function createBridge(): Bridge {
  const longjmp = new WebAssembly.Tag({ parameters: [] });
  const landingPlace = new WebAssembly.Instance(landing, { host: { longjmp } }).exports;
  return {
    invokeVii: landingPlace.invoke_vii,
    throwLongjmp: landingPlace.throw_longjmp,
    connect(lua, host) {
      const exports = new WebAssembly.Instance(bridge, {
        lua: lua as unknown as Record<string, unknown>,
        host: {
          longjmp,
          call: (state: number) => host.call(state),
          wait: new WebAssembly.Suspending((state: number) => host.wait(state)),
          settle: (state: number) => host.settle(state),
          tick: (state: number) => host.tick(state),
          yieldTurn: new WebAssembly.Suspending((state: number) => host.yieldTurn(state)),
        },
      }).exports;
      (landingPlace.table as WebAssembly.Table).set(0, exports.invoke_vii);
      const table = lua.__indirect_function_table;
      const first = table.grow(2);
      table.set(first, exports.hostFunction);
      table.set(first + 1, exports.countHook);
      return { hostFunction: first, countHook: first + 1 };
    },
  };
}
