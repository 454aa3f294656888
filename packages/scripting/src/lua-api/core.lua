-- What the other files build on. Scripts may replace every function of the libraries: the API therefore keeps the ones it needs in
-- local variables, never calls methods on strings, and shares through `primitives`, which no script sees.
local primitives = ...
local error, getmetatable, next, pcall, tonumber = error, getmetatable, next, pcall, tonumber
local rawget, tostring, type = rawget, tostring, type
local find, match = string.find, string.match
local native, hostcall, json_encode, mark_list =
  primitives.native, primitives.hostcall, primitives.json_encode, primitives.mark_list

-- The functions of the API by name (`string.trim`, `collection:get`); register.lua puts those of the reference in their places.
primitives.api = {}

-- Every chunk of the API is named so; positions in them are of no use to who wrote a script.
local API_CHUNK = '^api/'

-- Levels of calls between a script and a helper that raises an error.
local HELPER_LEVELS_MAX = 10

-- Where the script is: its name and line as `name:3: `, or '' when it cannot be told.
local function script_position()
  for level = 3, HELPER_LEVELS_MAX do
    local _, position = pcall(error, '', level)
    if position ~= '' and not find(position, API_CHUNK) then return position end
  end
  return ''
end
primitives.script_position = script_position

-- What the errors are about that helpers have raised, by their text: { position = text, status?, message?, location? }.
-- Those with a status decide about the answer when nobody catches them.
local raised = {}

-- Raises an error of a helper. Its text is bare, so that scripts can compare it; the position is for an error that nobody catches.
local function raise(text)
  raised[text] = { position = script_position() }
  error(text, 0)
end
primitives.raise = raise

-- Raises an error that answers with a status and a message of its own.
function primitives.throw(text, answer)
  raised[text] = answer
  error(text, 0)
end

-- What is known about an error: also when it was raised again by hand, which puts positions in front of its text.
function primitives.raised_as(problem)
  while type(problem) == 'string' do
    if raised[problem] ~= nil then return raised[problem], problem end
    local rest = match(problem, '^[^\n]-:%d+: (.*)$')
    if rest == nil then return nil end
    problem = rest
  end
  return nil
end

local function result_or_raise(ok, value)
  if ok then return value end
  return raise(value)
end

-- Asks the server: the answer, or an error with the server's message.
function primitives.ask(name, ...)
  return result_or_raise(hostcall(name, ...))
end

function primitives.compute(name, ...)
  return result_or_raise(native(name, ...))
end

-- The native function of this name as a function of the API.
function primitives.passed_on(name)
  return function(...)
    return result_or_raise(native(name, ...))
  end
end

-- The host call of this name as a function of the API.
function primitives.asked(name)
  return function(...)
    return result_or_raise(hostcall(name, ...))
  end
end

local function bad_argument(position, name, expected, value)
  local got = value == nil and 'nil' or type(value)
  return raise('bad argument #' .. position .. " to '" .. name .. "' (" .. expected .. ' expected, got ' .. got .. ')')
end
primitives.bad_argument = bad_argument

-- Checks of parameters. Numbers stand for texts, as everywhere in Lua.
function primitives.text(value, position, name)
  if type(value) == 'string' then return value end
  if type(value) == 'number' then return tostring(value) end
  return bad_argument(position, name, 'string', value)
end

function primitives.table(value, position, name)
  if type(value) == 'table' then return value end
  return bad_argument(position, name, 'table', value)
end

-- Functions, and tables whose metatable makes them callable, or does not say.
function primitives.callable(value, position, name)
  if type(value) == 'function' then return value end
  local class = type(value) == 'table' and getmetatable(value) or nil
  if class ~= nil and (type(class) ~= 'table' or rawget(class, '__call') ~= nil) then return value end
  return bad_argument(position, name, 'function', value)
end

function primitives.number(value, position, name)
  local number = tonumber(value)
  if number ~= nil then return number end
  return bad_argument(position, name, 'number', value)
end

-- A list that stays one in JSON when it is empty.
function primitives.list(list)
  return next(list) == nil and mark_list(list) or list
end

-- A value as a text in a message or a log: texts as they are, tables as JSON.
function primitives.words(value)
  if type(value) == 'string' then return value end
  if type(value) == 'table' then
    local ok, json = json_encode(value)
    if ok then return json end
  end
  return tostring(value)
end
