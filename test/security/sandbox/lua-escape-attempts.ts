/** Stands for the path of a file of the host that holds the canary. */
export const SECRET_PATH = '$SECRET_PATH';

/** What an attempt returns when it has got where it should not be. */
export const ESCAPED = 'ESCAPED';

/** What it tries, and Lua that returns whatever it has found. Errors are fine: they are told too, and searched. */
type Attempt = readonly [title: string, code: string];

/** Everything that can be reached from `start` through tables, keys and metatables, as texts. */
const WALK = `
local function walk(start)
  local seen, texts, count = {}, {}, 0
  local function visit(value, name)
    count = count + 1
    if count > 20000 then return end
    if type(value) == 'string' then texts[#texts + 1] = value end
    if type(value) == 'thread' or type(value) == 'userdata' then texts[#texts + 1] = 'ESCAPED ' .. name .. ' ' .. type(value) end
    local meta = getmetatable(value)
    if type(meta) == 'table' and not seen[meta] then seen[meta] = true visit(meta, name .. '<meta>') end
    if type(value) ~= 'table' or seen[value] and value ~= start then return end
    seen[value] = true
    for key, member in next, value do visit(key, name) visit(member, name .. '.' .. tostring(key)) end
  end
  visit(start, '')
  return table.concat(texts, ' ')
end
`;

const FORBIDDEN = [
  'os',
  'io',
  'debug',
  'package',
  'load',
  'loadfile',
  'dofile',
  'loadstring',
  'require',
  'module',
  'jit',
  'ffi',
  'arg',
];

const FORBIDDEN_NAMES: readonly Attempt[] = FORBIDDEN.map((name) => [
  `the global ${name}`,
  `local found = rawget(_G, '${name}') or _ENV['${name}'] or _G._G['${name}'] return found ~= nil and 'ESCAPED'`,
]);

const HOST_NAMES = [
  'primitives',
  'native',
  'hostcall',
  'compile',
  'mark_list',
  'serve',
  'randomseed',
  'api',
  'classes',
];

const HOST_GLOBALS: readonly Attempt[] = HOST_NAMES.map((name) => [
  `the engine's ${name}`,
  `return (rawget(_G, '${name}') or rawget(solidb, '${name}') or rawget(db, '${name}') or rawget(response, '${name}')) ~= nil and 'ESCAPED'`,
]);

const JAVASCRIPT_NAMES = [
  'constructor',
  '__proto__',
  'prototype',
  'valueOf',
  'toString',
  'hasOwnProperty',
  'call',
  'apply',
  'caller',
];

const JAVASCRIPT: readonly Attempt[] = JAVASCRIPT_NAMES.map((name) => [
  `the member ${name} of host objects`,
  `local found = {}
   for _, value in ipairs({ solidb, db, request, response, crypto, time, json, solidb.auth, solidb.env, db:collection('x'), request.headers,
     request.query, request.params, response.headers, solidb.now, db.query, crypto.uuid, json.encode, solidb.fetch, print, tostring }) do
     local ok, member = pcall(function() return value['${name}'] end)
     if ok and member ~= nil and not (value == request.params) then found[#found + 1] = 'ESCAPED' end
   end
   return found`,
]);

const FILES: readonly Attempt[] = [
  ['a file by io', `return io.open('${SECRET_PATH}'):read('a')`],
  ['a file by loadfile', `return loadfile('${SECRET_PATH}')`],
  ['a file by dofile', `return dofile('${SECRET_PATH}')`],
  ['a file by the loader of packages', `package.path = '${SECRET_PATH}' return require('x')`],
  ['a library by the loader of packages', `return package.loadlib('libc.so.6', '*')`],
  ['a file as an answer', `return response.file('${SECRET_PATH}')`],
  ['a file as an answer, by an address', `return response.file('file://${SECRET_PATH}')`],
  ['a file among the stored ones', `return solidb.file_read('../../../..${SECRET_PATH}')`],
  ['facts about a file', `return solidb.file_info('${SECRET_PATH}')`],
  ['a file as a picture', `return solidb.image_process('${SECRET_PATH}', {})`],
  ['a file as a module', `return solidb.module('../../../..${SECRET_PATH}')`],
  ['a file by its address', `return solidb.fetch('file://${SECRET_PATH}').body`],
  ['a file as a schema', `return solidb.validate_detailed({}, { ['$ref'] = 'file://${SECRET_PATH}' })`],
  ['a file as the schema of schemas', `return solidb.validate_detailed({}, { ['$schema'] = 'file://${SECRET_PATH}' })`],
  ['the environment of the process', `return os.getenv('CAIRN_SANDBOX_CANARY')`],
  [
    'the environment of the process by solidb.env',
    `return { solidb.env.CAIRN_SANDBOX_CANARY, solidb.env('CAIRN_SANDBOX_CANARY'), solidb.env('PATH') }`,
  ],
];

const CODE: readonly Attempt[] = [
  ['code from a text', `return load('return os')()`],
  ['code from bytes', `return load('\\27LuaT\\0\\25\\147\\r\\n\\26\\n', 'x', 'b')`],
  ['bytes of a function of the API', `return string.dump(solidb.log)`],
  ['bytes of a function by a method', `return (''):dump()`],
  ['bytes of a function found in the metatable of texts', `return getmetatable('').__index.dump(print)`],
  ['bytecode as a module', `return solidb.module('bytecode')`],
  ['a module that looks at what it was given', `return solidb.module('curious')`],
  [
    'a template with a name of JavaScript',
    `return { string.template('{{constructor}} {{__proto__}} {{toString}}', {}), ('{{x}}'):template({ x = print }) }`,
  ],
  [
    'a replacement with a name of JavaScript',
    `return string.regex_replace('a', '(?P<n>a)', '\${constructor}\${__proto__}\${toString}$1')`,
  ],
  [
    'members named after JavaScript in JSON',
    `local v = json.decode('{"__proto__":{"a":1},"constructor":{"prototype":{"a":2}}}') return { ({}).a == nil, v.__proto__.a, json.encode(v) }`,
  ],
  [
    'a schema with names of JavaScript',
    `return solidb.validate({}, { required = { 'constructor', '__proto__', 'toString' } }) and 'ESCAPED'`,
  ],
  ['rules with names of JavaScript', `return solidb.validate({}, { constructor = { required = true } }) and 'ESCAPED'`],
  [
    'cleaning with names of JavaScript',
    `return solidb.sanitize(json.decode('{"__proto__":{"x":" y "}}'), { trim = true, constructor = true, __proto__ = { 'x' } })`,
  ],
  [
    'a token with a header of its own',
    `local h = crypto.base64_encode('{"alg":"none","typ":"JWT","__proto__":{"alg":"HS256"}}'):gsub('=', '') return crypto.jwt_decode(h .. '.e30.', 's') and 'ESCAPED'`,
  ],
  ['a time zone with a path', `return time.format(0, '%{/etc/passwd}')`],
];

const METATABLES: readonly Attempt[] = [
  ['the metatable of a handle', `return type(getmetatable(db:collection('x'))) == 'table' and 'ESCAPED'`],
  ['another metatable for a handle', `return pcall(setmetatable, db:collection('x'), {}) and 'ESCAPED'`],
  ['the metatable of functions', `return getmetatable(print) and 'ESCAPED'`],
  ['the metatable of a coroutine', `return getmetatable(coroutine.create(print)) and 'ESCAPED'`],
  [
    'the globals through their metatable',
    `setmetatable(_G, { __index = function(_, name) return name end }) return os ~= 'os' and 'ESCAPED'`,
  ],
  [
    'what the engine reads, with a trap on globals',
    `setmetatable(_G, { __newindex = function(t, k, v) rawset(t, k, v) leak = v end }) x = 1 return leak`,
  ],
  ['all that the metatable of texts leads to', `${WALK} return walk(getmetatable(''))`],
  ['all that the globals lead to', `${WALK} return walk(_G)`],
  ['all that a handle leads to', `${WALK} return walk({ db:collection('x'), db:queue('q'), solidb.mock('m') })`],
  [
    'a finalizer',
    `setmetatable({}, { __gc = function(o) leak = { o, rawget(_G, 'os'), rawget(_G, 'debug') } end }) collectgarbage() collectgarbage() return leak and #leak > 1 and 'ESCAPED'`,
  ],
  [
    'a finalizer of the last moment',
    `setmetatable({}, { __gc = function() solidb.set_cookie('x', 'y') error('late') end }) return 'fine'`,
  ],
  [
    'a variable that is closed',
    `local seen do local x <close> = setmetatable({}, { __close = function(_, e) seen = { e, rawget(_G, 'debug') } end }) end return seen`,
  ],
  [
    'a table that shows itself as something else',
    `return tostring(setmetatable({}, { __tostring = function() return 5 end }))`,
  ],
  ['a name for a type', `return pcall(string.rep, setmetatable({}, { __name = '${SECRET_PATH}' }))`],
  [
    'a result that answers questions',
    `return setmetatable({}, { __index = function(_, k) return os end, __pairs = function() return next, { 'ESCAPED_BY_PAIRS' } end, __len = function() return 5 end })`,
  ],
  [
    'weak tables of the engine',
    `local t = setmetatable({}, { __mode = 'kv' }) t[1] = {} collectgarbage() return t[1] and 'ESCAPED'`,
  ],
  ['arithmetic of texts', `getmetatable('').__add = function(a, b) return _ENV.os end return ('1' + '1') or 'none'`],
];

const COROUTINES: readonly Attempt[] = [
  ['a yield out of the script', `coroutine.yield({ 'ESCAPED' }) return 'x'`],
  ['the main coroutine, closed', `return pcall(coroutine.close, coroutine.running())`],
  ['the main coroutine, resumed', `return pcall(coroutine.resume, coroutine.running())`],
  [
    'the main coroutine from within',
    `local main = coroutine.running() return coroutine.wrap(function() return pcall(coroutine.close, main) end)()`,
  ],
  [
    'the engine through a coroutine that dies while it waits',
    `local co = coroutine.create(function() db:get('x', 'y') error('x') end) coroutine.resume(co) return { coroutine.status(co), pcall(coroutine.close, co) }`,
  ],
  [
    'a handler of errors',
    `return xpcall(function() error('x') end, function(e) return { e, rawget(_G, 'debug'), pcall(function() return debug.traceback() end) } end)`,
  ],
  ['an error of an error', `return xpcall(function() error('x') end, function() error('y') end)`],
  [
    'an error of the server',
    `local ok, e = pcall(db.query, db, 'fail') return { type(e), tostring(e), pcall(function() return e.stack end) }`,
  ],
  [
    'an error of a native',
    `local ok, e = pcall(string.regex, 'x', '(') return { type(e), e, pcall(function() return e.stack, e.constructor end) }`,
  ],
  ['an error that is nothing', `return { pcall(error), pcall(error, nil), select('#', pcall(error)) }`],
  ['a deep error', `local function f(n) return pcall(n > 150 and error or f, n + 1) end return f(1)`],
];

const BOUNDS: readonly Attempt[] = [
  ['bytes before a text', `return string.unpack('z', 'abc', -2147483648)`],
  ['bytes behind a text', `return string.unpack('s4', '\\255\\255\\255\\127abc')`],
  ['a text of a length that is not there', `return string.unpack('s8', string.pack('i8', 1 << 40))`],
  ['alignment and padding', `return string.pack('!16 i1 Xi16 i16', 1, 2)`],
  ['bytes of a text far away', `return { #{ string.byte('abc', -1000000, 1000000) }, ('abc'):sub(-1 << 62, 1 << 62) }`],
  ['elements before a table', `return table.unpack({}, -100000000, -100000000 + 3)`],
  ['a join beyond the end', `return table.concat({ 'a' }, '', 1, 1 << 40)`],
  ['moves to the ends of integers', `return table.move({ 1, 2, 3 }, 1, 3, math.maxinteger - 1)`],
  [
    'code points beyond the end',
    `return { pcall(utf8.codepoint, 'abc', 1, 100), pcall(utf8.char, 1 << 40), pcall(utf8.offset, 'abc', 1 << 40) }`,
  ],
  [
    'matches at odd places',
    `return { ('abc'):find('', 1 << 40), ('abc'):find('b', -1 << 62), ('abc'):match('()', 10) }`,
  ],
  [
    'a pattern that ends too early',
    `return { pcall(string.find, 'a', '[a'), pcall(string.find, 'a', '%'), pcall(string.find, 'a', '%f'), pcall(string.gsub, 'a', 'a', '%9') }`,
  ],
  ['addresses of functions', `return #string.format('%p %p', print, solidb.log) > 0`],
  [
    'formats of odd lengths',
    `return { pcall(string.format, '%99.99f', 1), pcall(string.format, '%1000d', 1), pcall(string.format, '%s') }`,
  ],
  ['select from the far end', `return pcall(select, -1 << 62, 1)`],
  [
    'the collector',
    `return { pcall(collectgarbage, 'generational'), pcall(collectgarbage, 'incremental', 1000, 1000, 60), pcall(collectgarbage, 'setpause', 0), pcall(collectgarbage, 'nonsense') }`,
  ],
  ['warnings', `warn('@on') warn('@off') warn('@', 'x') return 'fine'`],
];

const TENANTS: readonly Attempt[] = [
  ['another database by renaming db', `db._name = 'victim' return db:get('secrets', 's')`],
  [
    'another database by renaming a handle',
    `local c = db:collection('x') rawset(c, '_db', 'victim') rawset(c, '_name', 'secrets') return c:get('s')`,
  ],
  [
    'another database by names',
    `local found = {} for _, name in ipairs({ 'victim:secrets', 'victim/secrets', '../victim/secrets', 'victim.secrets', 'victim\\0secrets' }) do found[#found + 1] = { pcall(db.get, db, name, 's') } end return found`,
  ],
  ['another database by the request', `request.database = 'victim' return db:get('secrets', 's')`],
  [
    "another's transaction",
    `return { pcall(db.get, setmetatable({ _tx_id = 'victim-tx' }, getmetatable(db)), 'secrets', 's') }`,
  ],
  ["another's cache", `return solidb.cache_get('canary')`],
  [
    "another's globals",
    `return { rawget(_G, 'canary'), canary, string.canary, solidb.canary, getmetatable('').canary }`,
  ],
  [
    "another's texts in memory",
    `local t = {} for i = 1, 2000 do t[i] = string.rep('\\0', i) .. tostring({}) end return table.concat(t):match('C4N%w+')`,
  ],
  [
    'roles of its own making',
    `request.user = { username = 'root', roles = { 'admin' }, authenticated = true } context.user = request.user return (solidb.auth.has_role('admin') or solidb.auth.is_authenticated()) and 'ESCAPED'`,
  ],
  [
    'functions that others will call',
    `string.upper = function() return 'ESCAPED' end json.encode = nil solidb.error = print getmetatable('').__index = nil setmetatable(_G, { __metatable = 'locked' }) return 'fine'`,
  ],
];

/** Attempts of Lua scripts to reach what is not theirs. */
export const LUA_ESCAPE_ATTEMPTS: readonly Attempt[] = [
  ...FORBIDDEN_NAMES,
  ...HOST_GLOBALS,
  ...JAVASCRIPT,
  ...FILES,
  ...CODE,
  ...METATABLES,
  ...COROUTINES,
  ...BOUNDS,
  ...TENANTS,
];
