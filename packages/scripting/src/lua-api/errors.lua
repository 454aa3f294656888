-- Errors with a status, and ways to go on after one.
local primitives = ...
local api, callable, number, raise = primitives.api, primitives.callable, primitives.number, primitives.raise
local text, throw, words = primitives.text, primitives.throw, primitives.words
local abs, compute, error, floor, math_type, max = math.abs, primitives.compute, error, math.floor, math.type, math.max
local pairs, pcall, rawequal, tonumber, tostring, type = pairs, pcall, rawequal, tonumber, tostring, type

-- The status that an error answers with: one for errors.
local function error_status(status, otherwise)
  local number = tonumber(status)
  local whole = number ~= nil and floor(number) == number and floor(number) or nil
  return whole ~= nil and whole >= 400 and whole <= 599 and whole or otherwise
end

local function status_text(status)
  return math_type(status) == 'float' and floor(status) == status and tostring(floor(status)) or tostring(status)
end

api['solidb.error'] = function(message, status)
  message = words(message)
  status = status == nil and 500 or status
  throw('ERROR:' .. status_text(status) .. ':' .. message, { status = error_status(status, 500), message = message })
end

api['solidb.assert'] = function(condition, message)
  if condition then return true end
  return raise('ASSERT:' .. (message == nil and 'Assertion failed' or words(message)))
end

-- Numbers closer than this are the same to `assert_eq`.
local EPSILON = 2.220446049250313e-16
local COMPARE_MAX_DEPTH = 100

local function is_same(a, b, depth)
  if rawequal(a, b) then return true end
  if type(a) == 'number' and type(b) == 'number' then return a == b or abs(a - b) < EPSILON end
  if type(a) ~= 'table' or type(b) ~= 'table' then return a == b end
  if depth > COMPARE_MAX_DEPTH then return raise('assert_eq: nested too deep') end
  for key, value in pairs(a) do
    if not is_same(value, b[key], depth + 1) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

api['solidb.assert_eq'] = function(a, b, message)
  if is_same(a, b, 1) then return true end
  if message ~= nil then return raise(words(message)) end
  return raise('Assertion failed: ' .. primitives.dump(a) .. ' != ' .. primitives.dump(b))
end

local function rethrow_or_return(prefix, ok, ...)
  if ok then return ... end
  if prefix == nil then error((...), 0) end
  local message = prefix .. words((...))
  local known = primitives.raised_as((...))
  -- What is to be answered, a function that catches errors may say as well as any other.
  if known ~= nil and known.status ~= nil then return throw(message, known) end
  return raise(message)
end

local function caught(catch, ok, ...)
  if ok then return ... end
  if catch == nil then error((...), 0) end
  return rethrow_or_return('Catch function failed: ', pcall(catch, words((...))))
end

api['solidb.try'] = function(body, catch)
  callable(body, 1, 'try')
  if catch ~= nil then callable(catch, 2, 'try') end
  return caught(catch, pcall(body, nil))
end

local function first_or_second(second, ok, ...)
  if ok then return ... end
  return second(nil)
end

api['solidb.fallback'] = function(first, second)
  callable(first, 1, 'fallback')
  callable(second, 2, 'fallback')
  return first_or_second(second, pcall(first, nil))
end

api['solidb.retry'] = function(attempts, delay_ms, body)
  attempts, delay_ms = floor(number(attempts, 1, 'retry')), number(delay_ms, 2, 'retry')
  callable(body, 3, 'retry')
  if attempts < 1 then return raise('retry: needs at least one attempt') end
  for attempt = 1, attempts do
    local ok, result = pcall(body, nil)
    if ok then return result end
    if attempt == attempts then
      return raise('RETRY_FAILED:All ' .. attempts .. ' attempts failed. Last error: ' .. words(result))
    end
    if delay_ms > 0 then primitives.wait(delay_ms) end
  end
end

api['solidb.timeout'] = function(ms, body)
  ms = max(number(ms, 1, 'timeout'), 0)
  callable(body, 2, 'timeout')
  local outer = primitives.wait_until
  local deadline = { at = compute('time.now') + ms / 1000, is_over = false }
  local function wait_until(limit)
    primitives.wait_until = limit
    primitives.limit_waits(limit and (limit.at - compute('time.now')) * 1000)
  end
  wait_until(outer ~= nil and outer.at < deadline.at and outer or deadline)
  local ok, result = pcall(body, nil)
  wait_until(outer)
  if deadline.is_over or compute('time.now') >= deadline.at then
    return raise('TIMEOUT:Operation timed out after ' .. status_text(ms) .. 'ms')
  end
  return rethrow_or_return(nil, ok, result)
end

api['solidb.rate_limit'] = function(id, most, window_s)
  local is_allowed = primitives.ask(
    'rate_limit',
    text(id, 1, 'rate_limit'),
    number(most, 2, 'rate_limit'),
    number(window_s, 3, 'rate_limit')
  )
  if is_allowed then return true end
  return throw('RATE_LIMIT:429:Too many requests', { status = 429, message = 'Too many requests' })
end

primitives.error_status, primitives.status_text = error_status, status_text
