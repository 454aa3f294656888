local primitives = ...
local api, raise, text = primitives.api, primitives.raise, primitives.text
local json_encode, json_decode = primitives.json_encode, primitives.json_decode

local function encode(value)
  local ok, json = json_encode(value)
  if ok then return json end
  return raise('Failed to convert Lua to JSON: ' .. json)
end

local function decode(json)
  local ok, value = json_decode(text(json, 1, 'decode'))
  if ok then return value end
  return raise(value)
end

api['json.encode'], api['solidb.json_encode'] = encode, encode
api['json.decode'], api['solidb.json_decode'] = decode, decode
