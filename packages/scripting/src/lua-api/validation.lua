local primitives = ...
local api, compute, passed_on = primitives.api, primitives.compute, primitives.passed_on
local throw, words = primitives.throw, primitives.words
local ipairs, next, type = ipairs, next, type

api['solidb.validate'] = function(data, schema)
  local outcome = compute('validation.validate', data, schema)
  if type(outcome) == 'string' then return false, outcome end
  return outcome
end

api['solidb.validate_detailed'] = passed_on('validation.validate_detailed')

api['solidb.validate_input'] = function(input, rules)
  local problem = compute('validation.validate_input', input, rules)
  if problem == nil then return true end
  return throw('VALIDATION:' .. problem, { status = 400, message = problem })
end

api['solidb.validate_condition'] = function(condition, message, code)
  if condition then return true end
  message, code = words(message), code == nil and 400 or code
  local text = 'VALIDATION:' .. primitives.status_text(code) .. ':' .. message
  return throw(text, { status = primitives.error_status(code, 400), message = message })
end

local function refuse(text, message)
  return throw(text, { status = 403, message = message })
end

api['solidb.check_permissions'] = function(user, wanted)
  local granted = type(user) == 'table' and user.permissions
  if type(granted) ~= 'table' or type(wanted) ~= 'table' or next(wanted) == nil then
    return refuse('Invalid user or permissions format', 'Invalid user or permissions format')
  end
  local has = {}
  for _, permission in ipairs(granted) do
    has[permission] = true
  end
  for _, permission in ipairs(wanted) do
    if not has[permission] then
      local message = 'Missing permission: ' .. words(permission)
      return refuse('PERMISSION_DENIED:' .. message, message)
    end
  end
  return true
end

api['solidb.sanitize'] = passed_on('sanitize.sanitize')
api['solidb.sanitize.trim'] = passed_on('sanitize.trim')
api['solidb.sanitize.slug'] = passed_on('sanitize.slug')
api['solidb.escape_html'] = passed_on('web.escape_html')

api['solidb.typeof'] = function(value)
  local kind = type(value)
  if kind == 'userdata' or kind == 'thread' then return 'unknown' end
  return kind
end
