-- Who asks. What is told here was found out by the server; `request.user` is a copy.
local primitives = ...
local api, ask, text, throw = primitives.api, primitives.ask, primitives.text, primitives.throw
local ipairs = ipairs

local user, roles

-- Remembers the caller of this run before the script can change anything.
function primitives.set_user(caller)
  user, roles = caller, {}
  for _, role in ipairs(caller and caller.roles or {}) do
    roles[role] = true
  end
end

-- Administrators have every role.
local function has_role(role)
  return roles.admin == true or roles[role] == true
end

local function require_auth()
  if user ~= nil then return true end
  return throw('UNAUTHORIZED:401:Authentication required', { status = 401, message = 'Authentication required' })
end

api['solidb.auth.user'] = function()
  return ask('auth.user')
end

api['solidb.auth.is_authenticated'] = function()
  return user ~= nil
end

api['solidb.auth.has_role'] = function(role)
  return has_role(text(role, 1, 'has_role'))
end

api['solidb.auth.require_auth'] = require_auth

api['solidb.auth.require_role'] = function(role)
  role = text(role, 1, 'require_role')
  require_auth()
  if has_role(role) then return true end
  local message = "Role '" .. role .. "' required"
  return throw('FORBIDDEN:403:' .. message, { status = 403, message = message })
end

api['solidb.auth.has_database_access'] = function(database)
  return ask('auth.has_database_access', text(database, 1, 'has_database_access'))
end
