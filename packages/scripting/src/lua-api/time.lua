local primitives = ...
local api, compute, number = primitives.api, primitives.compute, primitives.number
local floor = math.floor
local sleep = primitives.sleep

for _, name in ipairs({
  'now_ms',
  'now_ns',
  'millis',
  'format',
  'date',
  'iso',
  'diff',
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'weekday',
}) do
  api['time.' .. name] = primitives.passed_on('time.' .. name)
end

-- Moments are floats, also when they are whole seconds.
for _, name in ipairs({ 'now', 'parse', 'add', 'subtract' }) do
  local full_name = 'time.' .. name
  api[full_name] = function(...)
    return compute(full_name, ...) + 0.0
  end
end

api['solidb.now'] = function()
  return floor(compute('time.now'))
end

-- The earliest end of a `solidb.timeout` around what runs: { at = moment, is_over = boolean }.
primitives.wait_until = nil

function primitives.wait(ms)
  ms = number(ms, 1, 'sleep')
  local deadline = primitives.wait_until
  if deadline ~= nil then
    local left_ms = (deadline.at - compute('time.now')) * 1000
    if left_ms < ms then
      if left_ms > 0 then sleep(left_ms) end
      deadline.is_over = true
      primitives.raise('timeout')
    end
  end
  sleep(ms)
end
api['time.sleep'] = primitives.wait
