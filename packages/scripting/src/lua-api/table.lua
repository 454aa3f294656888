local primitives = ...
local api, callable, list, number = primitives.api, primitives.callable, primitives.list, primitives.number
local pairs, ipairs, type, sort = pairs, ipairs, type, table.sort
local checked = primitives.table

api['table.sorted'] = function(t, is_before)
  checked(t, 1, 'sorted')
  if is_before ~= nil then callable(is_before, 2, 'sorted') end
  local copy = {}
  for i = 1, #t do
    copy[i] = t[i]
  end
  sort(copy, is_before)
  return list(copy)
end

api['table.keys'] = function(t)
  local keys = {}
  for key in pairs(checked(t, 1, 'keys')) do
    keys[#keys + 1] = key
  end
  return list(keys)
end

api['table.values'] = function(t)
  local values = {}
  for _, value in pairs(checked(t, 1, 'values')) do
    values[#values + 1] = value
  end
  return list(values)
end

api['table.merge'] = function(a, b)
  local merged = {}
  for key, value in pairs(checked(a, 1, 'merge')) do
    merged[key] = value
  end
  for key, value in pairs(checked(b, 2, 'merge')) do
    merged[key] = value
  end
  return merged
end

-- Tables that contain themselves would be merged for ever.
local MERGE_MAX_DEPTH = 100

local function deep_merge(a, b, depth)
  if depth > MERGE_MAX_DEPTH then primitives.raise('deep_merge: nested too deep') end
  for key, value in pairs(b) do
    if type(value) == 'table' and type(a[key]) == 'table' then
      deep_merge(a[key], value, depth + 1)
    else
      a[key] = value
    end
  end
  return a
end

api['table.deep_merge'] = function(a, b)
  return deep_merge(checked(a, 1, 'deep_merge'), checked(b, 2, 'deep_merge'), 1)
end

api['table.filter'] = function(t, is_wanted)
  callable(is_wanted, 2, 'filter')
  local kept = {}
  for i, value in ipairs(checked(t, 1, 'filter')) do
    if is_wanted(value, i) then kept[#kept + 1] = value end
  end
  return list(kept)
end

api['table.map'] = function(t, change)
  callable(change, 2, 'map')
  local changed = {}
  for i, value in ipairs(checked(t, 1, 'map')) do
    changed[i] = change(value, i)
  end
  return list(changed)
end

api['table.find'] = function(t, is_it)
  callable(is_it, 2, 'find')
  for i, value in ipairs(checked(t, 1, 'find')) do
    if is_it(value, i) then return value, i end
  end
  return nil
end

api['table.contains'] = function(t, wanted)
  for _, value in ipairs(checked(t, 1, 'contains')) do
    if value == wanted then return true end
  end
  return false
end

api['table.reverse'] = function(t)
  local reversed, length = {}, #checked(t, 1, 'reverse')
  for i = 1, length do
    reversed[i] = t[length + 1 - i]
  end
  return list(reversed)
end

api['table.slice'] = function(t, first, last)
  local length = #checked(t, 1, 'slice')
  first = first == nil and 1 or number(first, 2, 'slice')
  last = last == nil and length or number(last, 3, 'slice')
  local part = {}
  for i = first < 1 and 1 or first, last > length and length or last do
    part[#part + 1] = t[i]
  end
  return list(part)
end

api['table.len'] = function(t)
  local count = 0
  for _ in pairs(checked(t, 1, 'len')) do
    count = count + 1
  end
  return count
end
