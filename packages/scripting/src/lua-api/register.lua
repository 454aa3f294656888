-- Puts the functions of the API into their places: those that the reference names, no others, and every one of those.
local primitives = ...
local api, globals = primitives.api, _G
local type = type

local roots = { response = primitives.response }

-- A table that can be called: `solidb.sanitize` is a function, and has functions.
local function callable_table(call)
  return setmetatable({}, {
    __call = function(_, ...)
      return call(...)
    end,
  })
end

local function table_in(holder, name)
  local found = holder[name]
  if type(found) == 'function' then
    found = callable_table(found)
  elseif found == nil then
    found = holder == globals and roots[name] or {}
  end
  holder[name] = found
  return found
end

local function install(name, call)
  local class, method = string.match(name, '^(%w+):([%w_]+)$')
  if class ~= nil then
    primitives.classes[class][method] = call
    return
  end
  local path, last = string.match(name, '^(.*)%.([%w_]+)$')
  local holder = globals
  for step in string.gmatch(path, '[%w_]+') do
    holder = table_in(holder, step)
  end
  holder[last] = call
end

for _, name in ipairs(primitives.documented) do
  if api[name] == nil then error('the reference names ' .. name .. ', which there is none of') end
  install(name, api[name])
  api[name] = nil
end
local name = next(api)
if name ~= nil then error('the reference does not name ' .. name) end
