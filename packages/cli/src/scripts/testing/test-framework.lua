-- What a test file is written with: describe, it, before, after, before_all, after_all, expect, http.
local tests, prefix = {}, ''
local hooks = { before = {}, after = {}, before_all = {}, after_all = {} }
local framework = {}

function framework.describe(name, body)
  local outer = prefix
  prefix = prefix .. name .. ' '
  local kept = { before = hooks.before, after = hooks.after }
  hooks.before = { table.unpack(kept.before) }
  hooks.after = { table.unpack(kept.after) }
  body()
  hooks.before, hooks.after, prefix = kept.before, kept.after, outer
end

function framework.it(name, body)
  tests[#tests + 1] = {
    name = prefix .. name,
    body = body,
    before = { table.unpack(hooks.before) },
    after = { table.unpack(hooks.after) },
  }
end

for name in pairs(hooks) do
  framework[name] = function(body) table.insert(hooks[name], body) end
end

local function same(a, b)
  if type(a) ~= 'table' or type(b) ~= 'table' then return a == b end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local function contains(whole, part)
  if type(whole) == 'string' then return whole:find(tostring(part), 1, true) ~= nil end
  for _, value in pairs(whole) do
    if same(value, part) then return true end
  end
  return false
end

local shown = solidb.dump

-- Each: what holds, and how it is said when it does not.
local matchers = {
  to_equal = function(value, wanted) return same(value, wanted), 'to equal ' .. shown(wanted) end,
  to_exist = function(value) return value ~= nil, 'to exist' end,
  to_be_nil = function(value) return value == nil, 'to be nil' end,
  to_be_true = function(value) return value == true, 'to be true' end,
  to_be_false = function(value) return value == false, 'to be false' end,
  to_contain = function(value, part) return contains(value, part), 'to contain ' .. shown(part) end,
  to_match = function(value, pattern) return tostring(value):find(pattern) ~= nil, 'to match ' .. shown(pattern) end,
  to_be_greater_than = function(value, limit) return value > limit, 'to be greater than ' .. shown(limit) end,
  to_be_less_than = function(value, limit) return value < limit, 'to be less than ' .. shown(limit) end,
  to_throw = function(value, part)
    local ok, problem = pcall(value)
    return not ok and (part == nil or contains(tostring(problem), part)), 'to throw'
  end,
}

function framework.expect(value)
  local expectation = { never = {} }
  for name, matcher in pairs(matchers) do
    local function check(wanted, ...)
      local holds, text = matcher(value, ...)
      if holds ~= wanted then
        error('expected ' .. shown(value) .. (wanted and ' ' or ' not ') .. text, 3)
      end
    end
    expectation[name] = function(_, ...) check(true, ...) end
    expectation.never[name] = function(_, ...) check(false, ...) end
  end
  return expectation
end

framework.http = {}
for _, method in ipairs({ 'get', 'post', 'put', 'patch', 'delete' }) do
  -- http.post(path, body, { headers = … }); get and delete take (path, options).
  framework.http[method] = function(path, body, options)
    if method == 'get' or method == 'delete' then body, options = nil, body end
    local headers = { ['content-type'] = body ~= nil and 'application/json' or nil }
    for name, value in pairs((options or {}).headers or {}) do headers[name:lower()] = value end
    local reply = solidb.fetch(path, {
      method = method:upper(),
      headers = headers,
      body = body ~= nil and (type(body) == 'string' and body or json.encode(body)) or nil,
    })
    local ok, value = pcall(json.decode, reply.body)
    return { status = reply.status, headers = reply.headers, text = reply.body, body = ok and value or nil }
  end
end

local function run_one(test)
  for _, hook in ipairs(test.before) do hook() end
  local ok, problem = pcall(test.body)
  for _, hook in ipairs(test.after) do hook() end
  if not ok then error(problem, 0) end
end

function framework.run(filter)
  local results = {}
  for _, hook in ipairs(hooks.before_all) do hook() end
  for _, test in ipairs(tests) do
    if filter == nil or test.name:find(filter, 1, true) then
      local ok, problem = pcall(run_one, test)
      results[#results + 1] = { name = test.name, problem = not ok and tostring(problem) or nil }
    end
  end
  for _, hook in ipairs(hooks.after_all) do hook() end
  return { results = results, count = #results }
end

return framework
