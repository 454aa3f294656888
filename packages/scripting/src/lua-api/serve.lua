-- Runs a script for one request. The engine calls `serve` with the compiled script, the request and the environment, and sends
-- what it returns: kind, status, headers, content.
local primitives = ...
local globals, pcall, setmetatable, sub, type = _G, pcall, setmetatable, string.sub, type

-- `solidb.env.NAME` is any variable; `solidb.env('PUBLIC_NAME')` those that may be shown to anybody.
local environment_class = {
  __call = function(variables, name)
    if type(name) == 'string' and sub(name, 1, 7) == 'PUBLIC_' then return variables[name] end
    return nil
  end,
}

-- What the script sees as `request`: its parts under both of their names.
local function request_table(request)
  request.query_params = request.query
  if request.user ~= nil then request.user.authenticated = true end
  return request
end

local function answered(ok, ...)
  if ok then return primitives.answer((...)) end
  return primitives.failure((...))
end

local function finished(ok, ...)
  if ok then return ... end
  return 'failed', 500, nil, type((...)) == 'string' and (...) or 'the answer could not be made'
end

function primitives.serve(script, request, environment)
  primitives.set_user(request.user)
  primitives.origin = request.headers.origin
  request = request_table(request)
  globals.request, globals.context = request, request
  globals.db._name = request.database
  if not request.is_websocket then globals.solidb.ws = nil end
  globals.solidb.env = setmetatable(environment, environment_class)
  -- The second call guards the making of the answer, which reads what the script has left behind.
  return finished(pcall(answered, pcall(script)))
end
