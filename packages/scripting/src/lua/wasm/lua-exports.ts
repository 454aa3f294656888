/** The parts of Lua's C API that the engine uses, as wasmoon's module exports them. Pointers and states are addresses. */
export interface LuaExports {
  readonly memory: WebAssembly.Memory;
  readonly __indirect_function_table: WebAssembly.Table;
  __wasm_call_ctors(): void;
  malloc(bytes: number): number;
  free(address: number): void;
  stackSave(): number;
  stackRestore(address: number): void;
  emscripten_stack_get_base(): number;
  emscripten_stack_get_end(): number;

  luaL_newstate(): number;
  luaL_loadbufferx(state: number, text: number, length: number, name: number, mode: number): number;
  luaL_requiref(state: number, name: number, open: number, global: number): void;
  luaL_ref(state: number, table: number): number;
  luaL_where(state: number, level: number): void;
  luaL_getmetafield(state: number, index: number, name: number): number;
  lua_sethook(state: number, hook: number, mask: number, count: number): void;
  lua_setcstacklimit(state: number, limit: number): number;
  lua_pcallk(state: number, parameters: number, results: number, handler: number, context: number, k: number): number;
  lua_callk(state: number, parameters: number, results: number, context: number, k: number): void;

  lua_getstack(state: number, level: number, activation: number): number;
  lua_error(state: number): number;
  lua_concat(state: number, count: number): void;

  lua_gettop(state: number): number;
  lua_settop(state: number, top: number): void;
  lua_absindex(state: number, index: number): number;
  lua_checkstack(state: number, count: number): number;
  lua_pushvalue(state: number, index: number): void;
  lua_rotate(state: number, index: number, count: number): void;
  lua_type(state: number, index: number): number;
  lua_isinteger(state: number, index: number): number;
  lua_toboolean(state: number, index: number): number;
  lua_tonumberx(state: number, index: number, isNumber: number): number;
  lua_tointegerx(state: number, index: number, isNumber: number): bigint;
  lua_tolstring(state: number, index: number, length: number): number;
  lua_topointer(state: number, index: number): number;
  lua_rawequal(state: number, first: number, second: number): number;
  lua_rawlen(state: number, index: number): number;

  lua_pushnil(state: number): void;
  lua_pushboolean(state: number, value: number): void;
  lua_pushnumber(state: number, value: number): void;
  lua_pushinteger(state: number, value: bigint): void;
  lua_pushlstring(state: number, text: number, length: number): number;
  lua_pushcclosure(state: number, functionIndex: number, upvalues: number): void;
  lua_createtable(state: number, arrayLength: number, members: number): void;

  lua_setglobal(state: number, name: number): void;
  lua_rawget(state: number, index: number): number;
  lua_rawset(state: number, index: number): void;
  lua_rawgeti(state: number, index: number, key: bigint): number;
  lua_rawseti(state: number, index: number, key: bigint): void;
  lua_next(state: number, index: number): number;
  lua_getmetatable(state: number, index: number): number;
  lua_setmetatable(state: number, index: number): number;

  luaopen_base(state: number): number;
  luaopen_coroutine(state: number): number;
  luaopen_math(state: number): number;
  luaopen_string(state: number): number;
  luaopen_table(state: number): number;
  luaopen_utf8(state: number): number;
}

export const LUA_TYPE = {
  none: -1,
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
  userdata: 7,
  thread: 8,
} as const;

/** The pseudo-index of the registry: −LUAI_MAXSTACK − 1000 in Lua 5.4. */
export const REGISTRY_INDEX = -1_001_000;

/** The pseudo-index of a C closure's first upvalue. */
export const FIRST_UPVALUE = REGISTRY_INDEX - 1;

export const LUA_STATUS = {
  ok: 0,
  yielded: 1,
  runtimeError: 2,
  syntaxError: 3,
  memoryError: 4,
  handlerError: 5,
} as const;

/** `lua_sethook`: call every so many instructions. */
export const MASK_COUNT = 8;
