-- Collections, queries and transactions of the script's own database. No call names a database: changed fields lead to no other.
local primitives = ...
local api, ask, callable, raise = primitives.api, primitives.ask, primitives.callable, primitives.raise
local text, checked = primitives.text, primitives.table
local error, hostcall, pcall, rawget, setmetatable, type =
  error, primitives.hostcall, pcall, rawget, setmetatable, type

-- Methods of the handles, filled by register.lua.
local collection_methods, transaction_methods, queue_methods = {}, {}, {}
primitives.classes = { collection = collection_methods, tx = transaction_methods, queue = queue_methods }

local function class(methods)
  return { __index = methods, __metatable = 'locked' }
end
local collection_class, transaction_class, queue_class =
  class(collection_methods), class(transaction_methods), class(queue_methods)

local function receiver(self, name)
  if type(self) == 'table' then return self end
  return raise("call it with a colon: db:" .. name .. '(…)')
end

local function handle(self, name)
  return setmetatable({
    _solidb_handle = true,
    _db = rawget(self, '_name') or rawget(self, '_db'),
    _name = text(name, 1, 'collection'),
    _tx_id = rawget(self, '_tx_id'),
  }, collection_class)
end

-- Collection and transaction of a handle.
local function of(self, method)
  if type(self) ~= 'table' then return raise('call it with a colon: collection:' .. method .. '(…)') end
  return text(rawget(self, '_name'), 1, method), rawget(self, '_tx_id')
end

-- What stands in the place of a filter that is no table: it matches nothing.
local NOTHING = false

local function filter_of(filter)
  if type(filter) == 'table' then return filter end
  return NOTHING
end

api['collection:get'] = function(self, key)
  local name, tx = of(self, 'get')
  return ask('db.get', name, text(key, 1, 'get'), tx)
end

api['collection:insert'] = function(self, document)
  local name, tx = of(self, 'insert')
  return ask('db.insert', name, checked(document, 1, 'insert'), tx)
end

api['collection:update'] = function(self, key, changes)
  local name, tx = of(self, 'update')
  return ask('db.update', name, text(key, 1, 'update'), checked(changes, 2, 'update'), tx)
end

api['collection:replace'] = function(self, key, document)
  local name, tx = of(self, 'replace')
  return ask('db.replace', name, text(key, 1, 'replace'), checked(document, 2, 'replace'), tx)
end

api['collection:delete'] = function(self, key)
  local name, tx = of(self, 'delete')
  return ask('db.delete', name, text(key, 1, 'delete'), tx)
end

api['collection:count'] = function(self, filter)
  local name, tx = of(self, 'count')
  if filter ~= nil then filter = filter_of(filter) end
  return ask('db.count', name, filter, tx)
end

api['collection:find'] = function(self, filter)
  local name, tx = of(self, 'find')
  return ask('db.find', name, filter_of(filter), tx)
end

api['collection:find_one'] = function(self, filter)
  local name, tx = of(self, 'find_one')
  return ask('db.find_one', name, filter_of(filter), tx)
end

api['collection:bulk_insert'] = function(self, documents)
  local name, tx = of(self, 'bulk_insert')
  if type(documents) ~= 'table' or rawget(documents, 1) == nil then
    return raise('Bad Request: bulk_insert expects an array of documents')
  end
  return ask('db.bulk_insert', name, documents, tx)
end

api['collection:upsert'] = function(self, key_or_filter, document)
  local name, tx = of(self, 'upsert')
  return ask('db.upsert', name, key_or_filter, checked(document, 2, 'upsert'), tx)
end

-- The same on `db` and on transactions, with the collection first, and with plainer results.
local function on_collection(method, result_of)
  local call = api['collection:' .. method]
  local function short(self, collection, ...)
    return result_of(call(handle(receiver(self, method), collection), ...))
  end
  api['db.' .. method], api['tx:' .. method] = short, short
end

local function itself(result)
  return result
end

local function is_done()
  return true
end

on_collection('get', itself)
on_collection('insert', function(document)
  return document._key
end)
on_collection('update', is_done)
on_collection('replace', is_done)
on_collection('delete', is_done)
on_collection('find', itself)
on_collection('find_one', itself)
on_collection('count', itself)
on_collection('upsert', itself)
on_collection('bulk_insert', itself)

api['db.collection'] = function(self, name)
  return handle(receiver(self, 'collection'), name)
end
api['tx:collection'] = api['db.collection']

api['db.query'] = function(self, sdbql, binds)
  receiver(self, 'query')
  return ask('db.query', text(sdbql, 1, 'query'), type(binds) == 'table' and binds or nil, rawget(self, '_tx_id'))
end
api['tx:query'] = api['db.query']

local function finished(tx, ok, ...)
  if ok then
    ask('tx.commit', tx)
    return ...
  end
  -- What went wrong first is what is told.
  hostcall('tx.rollback', tx)
  error((...), 0)
end

api['db.transaction'] = function(self, body, isolation)
  receiver(self, 'transaction')
  callable(body, 1, 'transaction')
  local id = ask('tx.begin', isolation)
  local transaction = setmetatable({ _tx_id = id, _db = rawget(self, '_name') }, transaction_class)
  return finished(id, pcall(body, transaction))
end

local function enqueue(tx, queue, script, params, options)
  if options ~= nil then checked(options, 4, 'enqueue') end
  return ask('job.enqueue', text(queue, 1, 'enqueue'), text(script, 2, 'enqueue'), params, options, tx)
end

-- Called with a dot it takes the queue first.
api['db.enqueue'] = function(self, ...)
  if type(self) == 'table' then return enqueue(rawget(self, '_tx_id'), ...) end
  return enqueue(nil, self, ...)
end
api['tx:enqueue'] = api['db.enqueue']

api['db.queue'] = function(self, name)
  receiver(self, 'queue')
  return setmetatable({ _queue = text(name, 1, 'queue'), _tx_id = rawget(self, '_tx_id') }, queue_class)
end
api['tx:queue'] = api['db.queue']

api['queue:enqueue'] = function(self, script, params, options)
  receiver(self, 'enqueue')
  return enqueue(rawget(self, '_tx_id'), rawget(self, '_queue'), script, params, options)
end

-- Work without a wish for a queue goes here.
local USUAL_QUEUE = 'default'

api['solidb.job.async'] = function(script, params, options)
  return enqueue(nil, USUAL_QUEUE, script, params, options)
end

api['solidb.job.cron'] = function(schedule, script, params, options)
  return ask('job.cron', text(schedule, 1, 'cron'), text(script, 2, 'cron'), params, options)
end

api['solidb.job.status'] = function(id)
  return ask('job.status', text(id, 1, 'status'))
end

api['solidb.job.cancel'] = function(id)
  return ask('job.cancel', text(id, 1, 'cancel'))
end
