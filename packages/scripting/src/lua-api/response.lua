-- What a script answers with.
local primitives = ...
local api, compute, native, raise = primitives.api, primitives.compute, primitives.native, primitives.raise
local text, throw, words = primitives.text, primitives.throw, primitives.words
local find, floor, ipairs, lower, pcall = string.find, math.floor, ipairs, string.lower, pcall
local next, rawget, setmetatable, tonumber, tostring, type = next, rawget, setmetatable, tonumber, tostring, type

-- Filled by register.lua with the functions below; `status` and `headers` are the script's to set.
local response = { headers = {} }
primitives.response = response

-- Header lines from helpers: `{ name, value }`.
local cookies, cors = {}, nil

-- What `response.html` and its like have made: they count when they are returned.
local markers = setmetatable({}, { __mode = 'k' })

local function marker(kind, content, content_type)
  local made = {}
  markers[made] = { kind = kind, content = content, content_type = content_type }
  return made
end

api['response.json'] = function(value)
  return value
end

api['response.html'] = function(html)
  return marker('bytes', text(html, 1, 'html'), 'text/html; charset=utf-8')
end

api['response.text'] = function(value)
  return marker('bytes', text(value, 1, 'text'), 'text/plain; charset=utf-8')
end

api['response.stream'] = function(chunks)
  local parts = {}
  if type(chunks) == 'function' then
    for chunk in chunks do
      parts[#parts + 1] = words(chunk)
    end
  else
    for i, chunk in ipairs(primitives.table(chunks, 1, 'stream')) do
      parts[i] = words(chunk)
    end
  end
  return marker('stream', primitives.list(parts), 'application/octet-stream')
end

api['response.file'] = function(key)
  return marker('file', key)
end

local USUAL_CORS = {
  origins = '*',
  methods = 'GET, POST, PUT, DELETE, OPTIONS',
  headers = 'Content-Type, Authorization',
}

api['response.cors'] = function(options)
  if options == nil then
    options = { origins = USUAL_CORS.origins, methods = USUAL_CORS.methods, headers = USUAL_CORS.headers }
  end
  cors = compute('web.cors', primitives.table(options, 1, 'cors'), primitives.origin)
  return options
end

api['solidb.status'] = function(status)
  response.status = status
  return status
end

api['solidb.redirect'] = function(url, status)
  url = text(url, 1, 'redirect')
  status = status == nil and 302 or primitives.number(status, 2, 'redirect')
  if status < 300 or status > 399 or floor(status) ~= status then raise('redirect: the status must be from 300 to 399') end
  throw('REDIRECT:' .. url, { status = floor(status), location = url })
end

api['solidb.set_cookie'] = function(name, value, options)
  cookies[#cookies + 1] = { 'Set-Cookie', compute('web.cookie', name, value, options) }
  return true
end

-- The lines of the answer's headers.
local function header_lines()
  local headers, lines = rawget(response, 'headers'), {}
  if type(headers) == 'table' and next(headers) ~= nil then
    local ok, cleaned = native('web.headers', headers)
    if ok then lines = cleaned end
  end
  for _, line in ipairs(cookies) do
    lines[#lines + 1] = line
  end
  for _, line in ipairs(cors or {}) do
    lines[#lines + 1] = line
  end
  return lines
end
primitives.header_lines = header_lines

local function add_content_type(lines, content_type)
  for _, line in ipairs(lines) do
    if lower(line[1]) == 'content-type' then return end
  end
  lines[#lines + 1] = { 'Content-Type', content_type }
end

local function status_or_raise()
  local status = rawget(response, 'status')
  if status == nil then return 200 end
  local number = tonumber(status)
  if number ~= nil and floor(number) == number and number >= 200 and number <= 599 then return floor(number) end
  return raise('response.status must be a whole number from 200 to 599')
end

local function file_answer(key, lines, status)
  local has_info, info = false, nil
  if type(key) == 'string' then has_info, info = primitives.hostcall('files.info', key) end
  local has_data, data = false, nil
  if has_info then has_data, data = primitives.hostcall('files.read', key) end
  if not has_data then return 'chosen', 404, lines, 'File not found: ' .. words(key) end
  add_content_type(lines, info.mime_type or 'application/octet-stream')
  return 'bytes', status, lines, data
end

-- Answers have no body with these.
local WITHOUT_BODY = { [204] = true, [304] = true }

-- Kind, status, headers and content of the answer to what the script returned.
function primitives.answer(result)
  local status, lines = status_or_raise(), header_lines()
  if WITHOUT_BODY[status] then return 'bytes', status, lines, '' end
  local made = type(result) == 'table' and markers[result] or nil
  if made == nil then
    add_content_type(lines, 'application/json')
    return 'json', status, lines, result
  end
  if made.kind == 'file' then return file_answer(made.content, lines, status) end
  add_content_type(lines, made.content_type)
  return made.kind, status, lines, made.content
end

-- The same for an error that nobody caught.
function primitives.failure(problem)
  local lines = header_lines()
  local known, bare = primitives.raised_as(problem)
  if known ~= nil and known.location ~= nil then
    lines[#lines + 1] = { 'Location', compute('web.location', known.location) }
    return 'bytes', known.status, lines, ''
  end
  if known ~= nil and known.status ~= nil then return 'chosen', known.status, lines, known.message end
  if known ~= nil and bare == problem then problem = known.position .. problem end
  if type(problem) ~= 'string' then
    local ok, shown = pcall(tostring, problem)
    local is_plain = not ok or type(problem) == 'nil' or find(shown, '^%a+: 0x') ~= nil
    problem = is_plain and '(error object is a ' .. type(problem) .. ' value)' or shown
  end
  return 'failed', 500, lines, problem
end
