import type { ScriptEngine } from '../host/child/engine.ts';
import { luaPrelude } from '../lua-api/prelude.ts';
import { NATIVES } from '../natives/natives.ts';
import { LuaEngine } from './engine.ts';

/** The engine for Lua scripts, with the whole script API. */
export function createLuaEngine(): ScriptEngine {
  return new LuaEngine({ prelude: luaPrelude(), natives: NATIVES });
}
