-- What the server keeps for scripts between requests, and the world outside.
local primitives = ...
local api, ask, asked, hostcall = primitives.api, primitives.ask, primitives.asked, primitives.hostcall
local compute, raise, text, words = primitives.compute, primitives.raise, primitives.text, primitives.words
local ipairs, pairs, rawget, setmetatable, tostring, type = ipairs, pairs, rawget, setmetatable, tostring, type
local char, concat, math_type, upper, utf8_length = string.char, table.concat, math.type, string.upper, utf8.len

api['solidb.stats'] = asked('stats')

api['solidb.log'] = function(value, level)
  level = level == nil and 'INFO' or upper(text(level, 2, 'log'))
  primitives.log(level, words(value), primitives.script_line())
end

api['solidb.cache'] = function(key, value, ttl_s)
  ask('cache.set', text(key, 1, 'cache'), value, ttl_s)
  return true
end

api['solidb.cache_get'] = function(key)
  return ask('cache.get', text(key, 1, 'cache_get'))
end

api['solidb.cache_delete'] = function(key)
  return ask('cache.delete', text(key, 1, 'cache_delete'))
end

for name, call in pairs({ create = 'session.create', get = 'session.get', set = 'session.set', destroy = 'session.end' }) do
  api['solidb.session.' .. name] = asked(call)
end

local FETCH_METHODS = { GET = true, POST = true, PUT = true, DELETE = true, PATCH = true, HEAD = true }

-- Names and texts of a request's headers.
local function header_texts(headers)
  local texts = {}
  for name, value in pairs(type(headers) == 'table' and headers or {}) do
    texts[tostring(name)] = tostring(value)
  end
  return texts
end

api['solidb.fetch'] = function(url, init)
  init = type(init) == 'table' and init or {}
  local method = upper(tostring(init.method or 'GET'))
  local reply = ask('fetch', text(url, 1, 'fetch'), {
    method = FETCH_METHODS[method] and method or 'GET',
    headers = header_texts(init.headers),
    body = init.body ~= nil and words(init.body) or nil,
    timeout_ms = init.timeout_ms,
  })
  return { status = reply.status, body = reply.body or '', ok = reply.ok, headers = reply.headers, url = reply.url }
end

api['solidb.streams.list'] = asked('streams.list')
api['solidb.streams.stop'] = asked('streams.stop')

-- WebSocket scripts

api['solidb.ws.send'] = function(message)
  return ask('ws.send', text(message, 1, 'send'))
end
api['solidb.ws.recv'], api['solidb.ws.close'] = asked('ws.recv'), asked('ws.close')

-- A message shows itself as its payload wherever a text is wanted; `[1]` and `[2]` are payload and kind.
local message_class = {
  __tostring = function(message)
    return words(message[1])
  end,
  __concat = function(a, b)
    return words(type(a) == 'table' and a[1] or a) .. words(type(b) == 'table' and b[1] or b)
  end,
  __index = function(message, name)
    local payload = rawget(message, 1)
    return type(payload) == 'table' and payload[name] or nil
  end,
  __metatable = 'locked',
}

api['solidb.ws.recv_any'] = function(timeout_ms)
  if timeout_ms ~= nil then timeout_ms = primitives.number(timeout_ms, 1, 'recv_any') end
  local message = ask('ws.recv_any', timeout_ms)
  if message == nil then return nil end
  return setmetatable({ message[1], message[2] }, message_class), message[2]
end

for _, name in ipairs({ 'subscribe', 'unsubscribe', 'broadcast', 'list' }) do
  local call = asked('channel.' .. name)
  api['solidb.channel.' .. name], api['solidb.ws.channel.' .. name] = call, call
end

for _, name in ipairs({ 'join', 'leave', 'list' }) do
  local call = asked('presence.' .. name)
  api['solidb.presence.' .. name], api['solidb.ws.presence.' .. name] = call, call
end

-- Files and images

local function bytes_text(data)
  local parts = {}
  for i, byte in ipairs(data) do
    if math_type(byte) ~= 'integer' or byte < 0 or byte > 255 then
      raise('upload: data must be a base64 string or byte array')
    end
    parts[i] = char(byte)
  end
  return concat(parts)
end

-- Data as base64 when it is no text.
local function transferable(data)
  if utf8_length(data) ~= nil then return data end
  return compute('crypto.base64_encode', data)
end

api['solidb.upload'] = function(data, options)
  if type(data) == 'table' then
    data = compute('crypto.base64_encode', bytes_text(data))
  elseif type(data) ~= 'string' then
    return raise('upload: data must be a base64 string or byte array')
  end
  if data == '' then return raise('upload: empty data') end
  return ask('files.upload', transferable(data), options)
end

-- A file that there is none of has the function's name in its message.
local function about_file(call, name)
  return function(key)
    key = text(key, 1, name)
    local ok, answer, code = hostcall(call, key)
    if ok then return answer end
    return raise(code == 'DocumentNotFound' and name .. ': file not found: ' .. key or answer)
  end
end

api['solidb.file_info'] = about_file('files.info', 'file_info')
api['solidb.file_delete'] = asked('files.delete')
api['solidb.file_list'] = asked('files.list')

local read_file = about_file('files.read', 'file_read')
api['solidb.file_read'] = function(key)
  return compute('crypto.base64_encode', read_file(key))
end

api['solidb.image_process'] = function(image, operations)
  local processed = ask('image.process', transferable(text(image, 1, 'image_process')), operations)
  processed.data = compute('crypto.base64_encode', processed.data)
  return processed
end
