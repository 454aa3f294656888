-- Code that scripts of a service share.
local primitives = ...
local api, ask, compile, raise, text = primitives.api, primitives.ask, primitives.compile, primitives.raise, primitives.text

-- Results of modules by name; LOADING while one runs.
local loaded, LOADING = {}, {}

local function load_module(name)
  local source = ask('module', name)
  if source.language ~= 'lua' then return raise("module '" .. name .. "' is not written in Lua") end
  local run, problem = compile(source.code, source.name)
  if run == nil then return raise(problem) end
  local result = run(name)
  return result == nil and true or result
end

api['solidb.module'] = function(name)
  name = text(name, 1, 'module')
  if loaded[name] == LOADING then return raise("module '" .. name .. "' needs itself") end
  if loaded[name] == nil then
    loaded[name] = LOADING
    -- A module that failed once stays failed: half of what it does may be done.
    loaded[name] = load_module(name)
  end
  return loaded[name]
end
