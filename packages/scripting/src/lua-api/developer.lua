-- Tools for who writes scripts.
local primitives = ...
local api, callable, compute, number = primitives.api, primitives.callable, primitives.compute, primitives.number
local byte, concat, format, gsub, find, rep =
  string.byte, table.concat, string.format, string.gsub, string.find, string.rep
local floor, huge, ipairs, math_type, next, pairs = math.floor, math.huge, ipairs, math.type, next, pairs
local setmetatable, sort, sqrt, tonumber, tostring, type = setmetatable, table.sort, math.sqrt, tonumber, tostring, type

-- Lists up to this many short parts stand on one line, objects up to this many; a part is short below so many bytes.
local LIST_LINE_MAX, OBJECT_LINE_MAX, PART_MAX_BYTES = 3, 2, 40
local DUMP_MAX_DEPTH = 50

local ESCAPES = { ['"'] = '\\"', ['\\'] = '\\\\', ['\n'] = '\\n', ['\r'] = '\\r', ['\t'] = '\\t', ['\0'] = '\\0' }

local function quoted(text)
  local escaped = gsub(text, '[%c"\\]', function(sign)
    return ESCAPES[sign] or format('\\u{%x}', byte(sign))
  end)
  return '"' .. escaped .. '"'
end

-- The shortest text that reads back as the same number; whole ones without a point.
local function number_text(value)
  if math_type(value) == 'integer' then return tostring(value) end
  if value ~= value then return 'NaN' end
  if value == huge then return 'inf' end
  if value == -huge then return '-inf' end
  if floor(value) == value and value > -1e15 and value < 1e15 then return format('%d', value) end
  for digits = 15, 16 do
    local text = format('%.' .. digits .. 'g', value)
    if tonumber(text) == value then return text end
  end
  return format('%.17g', value)
end

local function is_list(value)
  local count = 0
  for _ in pairs(value) do
    count = count + 1
  end
  return count == #value, count
end

local dump

local function sorted_keys(value)
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  sort(keys, function(a, b)
    if type(a) == type(b) and (type(a) == 'string' or type(a) == 'number') then return a < b end
    return type(a) < type(b)
  end)
  return keys
end

local function is_short(parts, most)
  if #parts > most then return false end
  for _, part in ipairs(parts) do
    if #part >= PART_MAX_BYTES or find(part, '\n', 1, true) then return false end
  end
  return true
end

local function laid_out(parts, most, open, close, blank, depth)
  if is_short(parts, most) then return open .. blank .. concat(parts, ', ') .. blank .. close end
  local inner = '\n' .. rep('  ', depth + 1)
  return open .. inner .. concat(parts, ',' .. inner) .. '\n' .. rep('  ', depth) .. close
end

local function dump_table(value, depth)
  if next(value) == nil then return '[]' end
  if depth >= DUMP_MAX_DEPTH then return '<…>' end
  local parts = {}
  if is_list(value) then
    for i = 1, #value do
      parts[i] = dump(value[i], depth + 1)
    end
    return laid_out(parts, LIST_LINE_MAX, '[', ']', '', depth)
  end
  for i, key in ipairs(sorted_keys(value)) do
    parts[i] = (type(key) == 'string' and key or dump(key, depth + 1)) .. ': ' .. dump(value[key], depth + 1)
  end
  return laid_out(parts, OBJECT_LINE_MAX, '{', '}', ' ', depth)
end

function dump(value, depth)
  local kind = type(value)
  if kind == 'string' then return quoted(value) end
  if kind == 'number' then return number_text(value) end
  if kind == 'table' then return dump_table(value, depth) end
  if kind == 'nil' or kind == 'boolean' then return tostring(value) end
  return '<' .. kind .. '>'
end

local function dumped(value)
  return dump(value, 0)
end

api['solidb.dump'], api['solidb.debug'] = dumped, dumped
primitives.dump = dumped

api['solidb.inspect'] = function(value)
  local kind = type(value)
  if kind == 'string' then return { type = 'string', length = #value, value = value } end
  if kind == 'number' then
    return { type = math_type(value) == 'integer' and 'integer' or 'number', value = value }
  end
  if kind == 'boolean' then return { type = 'boolean', value = value } end
  if kind ~= 'table' then return { type = kind } end
  local list, count = is_list(value)
  local facts = { type = 'table', count = count, is_array = list }
  if not list then
    facts.keys = sorted_keys(value)
    for i, key in ipairs(facts.keys) do
      facts.keys[i] = dumped(key)
    end
  end
  return facts
end

local function now_ms()
  return compute('time.now') * 1000
end

api['solidb.profile'] = function(body, argument)
  callable(body, 1, 'profile')
  local started = now_ms()
  local result = body(argument)
  local duration = now_ms() - started
  return { result = result, duration_ms = duration, duration_us = floor(duration * 1000) }
end

local USUAL_ITERATIONS = 100

api['solidb.benchmark'] = function(body, iterations)
  callable(body, 1, 'benchmark')
  iterations = iterations == nil and USUAL_ITERATIONS or floor(number(iterations, 2, 'benchmark'))
  local total, least, most, mean, squares = 0, huge, 0, 0, 0
  for i = 1, iterations do
    local started = now_ms()
    body()
    local duration = now_ms() - started
    total = total + duration
    if duration < least then least = duration end
    if duration > most then most = duration end
    -- Welford's way: nothing is kept for an iteration.
    local delta = duration - mean
    mean = mean + delta / i
    squares = squares + delta * (duration - mean)
  end
  if iterations < 1 then least = 0 end
  return {
    iterations = iterations,
    total_ms = total,
    avg_ms = mean < least and least or mean > most and most or mean,
    min_ms = least,
    max_ms = most,
    std_dev_ms = iterations > 0 and sqrt(squares / iterations) or 0,
  }
end

-- Methods of mocks, filled by register.lua.
local mock_methods = {}
primitives.classes.mock = mock_methods
local mock_class = { __index = mock_methods, __metatable = 'locked' }

local function copied(document)
  local copy = {}
  for name, value in pairs(document) do
    copy[name] = value
  end
  return copy
end

api['solidb.mock'] = function(name, data)
  local documents = {}
  for key, document in pairs(data == nil and {} or primitives.table(data, 2, 'mock')) do
    documents[key] = type(document) == 'table' and copied(document) or document
  end
  return setmetatable({ _name = primitives.text(name, 1, 'mock'), _data = documents, _call_log = {} }, mock_class)
end

api['mock:get'] = function(self, key)
  return self._data[key]
end

api['mock:insert'] = function(self, document)
  document = copied(primitives.table(document, 1, 'insert'))
  if document._key == nil then document._key = compute('crypto.uuid') end
  self._data[document._key] = document
  return document
end

api['mock:update'] = function(self, key, changes)
  local document = self._data[key]
  if document == nil then return primitives.raise('Document not found: ' .. tostring(key)) end
  for name, value in pairs(primitives.table(changes, 2, 'update')) do
    document[name] = value
  end
  return document
end

api['mock:delete'] = function(self, key)
  local was_there = self._data[key] ~= nil
  self._data[key] = nil
  return was_there
end

api['mock:all'] = function(self)
  local all = {}
  for _, document in pairs(self._data) do
    all[#all + 1] = document
  end
  return primitives.list(all)
end

api['mock:count'] = function(self)
  local count = 0
  for _ in pairs(self._data) do
    count = count + 1
  end
  return count
end

api['mock:reset'] = function(self)
  self._data = {}
end
