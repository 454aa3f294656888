-- The libraries of Lua as scripts may have them.
local primitives = ...
local create, resume, close = coroutine.create, coroutine.resume, coroutine.close
local collect, error, pairs, select, tostring, type = collectgarbage, error, pairs, select, tostring, type
local pcall, rawget, rawset = pcall, rawget, rawset
local concat, gsub, match, tonumber = table.concat, string.gsub, string.match, tonumber

primitives.randomseed = math.randomseed

-- Nothing loads code or files. Bytecode has no reader, so nothing needs to write it.
for _, name in pairs({ 'load', 'loadfile', 'dofile', 'loadstring', 'require', 'package', 'os', 'io', 'debug' }) do
  _G[name] = nil
end
string.dump = nil

-- Calls a function of Lua's own under the name that scripts know it by: its errors say so, and are those of the line that called it.
local function called_as(name, ok, ...)
  if ok then return ... end
  error((gsub((...), "^(bad argument #%d+ to )'[^']*'", "%1'" .. name .. "'")), 3)
end

-- The collector calls finalizers where no clock reaches them. A run's memory is thrown away whole, so nothing is left for them to do:
-- Lua notes an object for finalizing when it gets a metatable that has `__gc` by then.
local set_metatable = setmetatable

function setmetatable(...)
  local _, metatable = ...
  local finalizer = type(metatable) == 'table' and rawget(metatable, '__gc')
  if finalizer then rawset(metatable, '__gc', nil) end
  local ok, result = pcall(set_metatable, ...)
  if finalizer then rawset(metatable, '__gc', finalizer) end
  -- Not the call's last act, which would take this function out of the levels that an error counts.
  local object = called_as('setmetatable', ok, result)
  return object
end

-- What may be asked of the collector. How it works is not the script's to change: what it is told is only remembered.
local COLLECTOR_REQUESTS = { collect = true, count = true, step = true, isrunning = true }
local COLLECTOR_ORDERS = { stop = true, restart = true, setpause = true, setstepmul = true }
local COLLECTOR_MODES = { incremental = true, generational = true }
local collector_mode = 'incremental'

function collectgarbage(request, ...)
  request = request == nil and 'collect' or request
  if COLLECTOR_REQUESTS[request] then return collect(request, ...) end
  if COLLECTOR_ORDERS[request] then return 0 end
  if not COLLECTOR_MODES[request] then
    error("bad argument #1 to 'collectgarbage' (invalid option '" .. tostring(request) .. "')", 2)
  end
  local before = collector_mode
  collector_mode = request
  return before
end

local function results_of(thread, ok, ...)
  if ok then return ... end
  local problem = ...
  close(thread)
  -- The position of the caller goes in front of a text, as ever, but an error of the API stays what it is.
  if type(problem) == 'string' and primitives.raised_as(problem) == nil then error(problem, 2) end
  error(problem, 0)
end

function coroutine.wrap(...)
  local thread = called_as('wrap', pcall(create, ...))
  return function(...)
    return results_of(thread, resume(thread, ...))
  end
end

local function joined(separator, ...)
  local parts = {}
  for i = 1, select('#', ...) do
    parts[i] = tostring((select(i, ...)))
  end
  return concat(parts, separator)
end

local function line()
  return tonumber(match(primitives.script_position(), ':(%d+): $'))
end
primitives.script_line = line

function print(...)
  primitives.log('INFO', joined('\t', ...), line())
end

function warn(...)
  local text = joined('', ...)
  -- Texts that begin so turn warnings on and off in Lua's own.
  if text ~= '@on' and text ~= '@off' then primitives.log('WARN', text, line()) end
end
