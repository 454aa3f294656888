-- Runs a script for one request. The engine calls `serve` with the compiled script, the request and the environment,
-- and sends what it returns: kind, status, headers, content.
local primitives = ...
local pcall, tostring = pcall, tostring

primitives.randomseed = math.randomseed

function primitives.serve(script, request, environment)
  _G.request, _G.context = request, request
  local ok, result = pcall(script)
  if ok then return 'json', 200, nil, result end
  return 'failed', 500, nil, tostring(result)
end
