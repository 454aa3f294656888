local primitives = ...
local api, passed_on, text = primitives.api, primitives.passed_on, primitives.text
local find, match, sub = string.find, string.match, string.sub

for _, name in ipairs({
  'regex',
  'regex_replace',
  'slugify',
  'truncate',
  'template',
  'pad_left',
  'pad_right',
  'capitalize',
  'title_case',
  'random',
}) do
  api['string.' .. name] = passed_on('string.' .. name)
end

local trim_unicode = passed_on('string.trim')

api['string.trim'] = function(value)
  value = text(value, 1, 'trim')
  if find(value, '[\128-\255]') then return trim_unicode(value) end
  local start = match(value, '^%s*()')
  return match(value, '.*%S', start) or ''
end

local split_characters = passed_on('string.split')

api['string.split'] = function(value, separator)
  value = text(value, 1, 'split')
  separator = separator == nil and ' ' or text(separator, 2, 'split')
  if separator == '' then return split_characters(value, separator) end
  local parts, at = {}, 1
  local from, to = find(value, separator, 1, true)
  while from do
    parts[#parts + 1] = sub(value, at, from - 1)
    at = to + 1
    from, to = find(value, separator, at, true)
  end
  parts[#parts + 1] = sub(value, at)
  return parts
end

api['string.starts_with'] = function(value, start)
  start = text(start, 2, 'starts_with')
  return sub(text(value, 1, 'starts_with'), 1, #start) == start
end

api['string.ends_with'] = function(value, ending)
  value, ending = text(value, 1, 'ends_with'), text(ending, 2, 'ends_with')
  return ending == '' or (#value >= #ending and sub(value, -#ending) == ending)
end
