/** What it wastes, and Lua that does. */
type Bomb = readonly [title: string, code: string];

/** Time that only the clock ends. */
const TIME: readonly Bomb[] = [
  ['a loop', 'while true do end'],
  ['a loop in pcall in a loop', 'while true do pcall(function() while true do end end) end'],
  ['a loop in a handler of errors', `xpcall(error, function() while true do end end)`],
  ['handlers of errors without end', `local function f() return xpcall(error, f) end while true do f() end`],
  ['a loop by goto', '::again:: goto again'],
  ['a loop in a coroutine', 'coroutine.wrap(function() while true do end end)()'],
  [
    'coroutines that go on for ever',
    'local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end',
  ],
  ['a loop in a metamethod', 'local t = setmetatable({}, { __index = function() while true do end end }) return t.x'],
  ['a loop in a comparison', 'table.sort({ 3, 2, 1 }, function() while true do end end)'],
  ['a loop in a replacement', `('x'):gsub('x', function() while true do end end)`],
  [
    'a loop when a variable is closed',
    'local x <close> = setmetatable({}, { __close = function() while true do end end }) return 1',
  ],
  [
    'a loop when the time is over',
    'local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end',
  ],
  ['a loop in a finalizer', `for i = 1, 1e9 do setmetatable({}, { __gc = function() while true do end end }) end`],
  [
    'a loop while the answer is made',
    'return setmetatable({}, { __index = function() while true do end end, __pairs = function() while true do end end })',
  ],
  ['a loop while an error is shown', 'error(setmetatable({}, { __tostring = function() while true do end end }))'],
  [
    'a loop in a header',
    'response.headers = setmetatable({}, { __index = function() while true do end end, __pairs = function() while true do end end }) while true do end',
  ],
  ['a loop in a stream', 'return response.stream(function() return "x" end)'],
  ['a wait', 'time.sleep(1e9)'],
  ['waits without end', 'while true do pcall(time.sleep, 1) end'],
  ['retries without end', `solidb.retry(1e15, 0, function() error('x') end)`],
  ['a benchmark without end', 'solidb.benchmark(function() end, 1e15)'],
  ['calls of natives without end', `while true do pcall(crypto.sha256, 'x') end`],
  ['a step of a loop that is nearly nothing', 'for i = 0, 1, 1e-300 do end'],
  [
    'a walk over a table that grows',
    'local t = { 1 } local n = 1 while true do n = n + 1 t[n] = n if n > 1000 then t = { 1 } n = 1 end end',
  ],
];

/** Time in C, where the clock is not looked at: the process ends. */
const TIME_IN_C: readonly Bomb[] = [
  [
    'a pattern that goes back again and again',
    `return (string.rep('a', 200)):find(string.rep('a?', 200) .. string.rep('a', 200))`,
  ],
  ['a pattern of many stars', `return (string.rep('a', 100000)):find('.-.-.-.-.-.-.-b')`],
  ['a repetition of nothing', `return string.rep('', 1e15)`],
  ['a join of nothing', `return #table.concat(setmetatable({}, { __index = function() return '' end }), '', 1, 1e15)`],
  ['a move of nothing', `return table.move(setmetatable({}, { __index = function() end }), 1, 1e15, 2)`],
];

/** Memory. */
const MEMORY: readonly Bomb[] = [
  ['a text that doubles', `local s = 'xxxxxxxxxxxxxxxx' while true do s = s .. s end`],
  ['a text as large as can be', `return #string.rep('x', 1 << 31)`],
  ['a text by repetition', `return #string.rep('x', 500000000)`],
  ['a text by replacement', `return #string.rep('x', 5000000):gsub('x', string.rep('y', 1000))`],
  ['a text by padding', `return #string.pad_left('x', 1e9)`],
  ['a text by formats', `local t = {} for i = 1, 1e9 do t[i] = string.format('%99d', i) end`],
  [
    'a text by a template',
    `local big = string.rep('y', 1000000) return #string.template(string.rep('{{x}}', 100000), { x = big })`,
  ],
  ['a text by a pattern', `return #string.regex_replace(string.rep('x', 1000000), 'x', string.rep('y', 1000))`],
  ['a text by joining', `local t = {} for i = 1, 100 do t[i] = string.rep('x', 1000000) end return #table.concat(t)`],
  [
    'a text by packing',
    `return #string.pack('s' .. string.rep('s', 50), table.unpack((function() local t = {} for i = 1, 51 do t[i] = string.rep('x', 1000000) end return t end)()))`,
  ],
  ['a table that grows', 'local t = {} while true do t[#t + 1] = { #t } end'],
  ['a table of names', `local t = {} for i = 1, 1e9 do t['name' .. i] = i end`],
  [
    'a table by packing',
    'local t = {} for i = 1, 200 do t = { t, table.unpack(t) } end local function f(...) return f(1, ...) end return f()',
  ],
  [
    'coroutines',
    'local t = {} while true do local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) t[#t + 1] = co end',
  ],
  ['coroutines inside one another', 'local function f() return coroutine.wrap(f)() end return f()'],
  ['functions', 'local t = {} while true do t[#t + 1] = function() return t end end'],
  ['calls inside one another', 'local function f() return 1 + f() end return f()'],
  [
    'calls through metatables',
    'local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k + 1] end return t[1]',
  ],
  ['calls through pcall', 'local function f() return pcall(f) end return f()'],
  [
    'calls through texts',
    `local t = setmetatable({}, { __tostring = function(t) return tostring(t) end }) return tostring(t)`,
  ],
  ['memory that pcall gives back', `while true do pcall(string.rep, 'x', 20000000) end`],
  [
    'finalizers that keep alive',
    'kept = {} for i = 1, 1e9 do setmetatable({ i }, { __gc = function(o) kept[#kept + 1] = o end }) end',
  ],
  ['lines of a log', `for i = 1, 1e9 do print(string.rep('x', 1000)) end`],
  ['cookies', `for i = 1, 1e9 do solidb.set_cookie('a' .. i, string.rep('x', 1000)) end`],
  ['headers', `for i = 1, 1e7 do response.headers['x' .. i] = string.rep('x', 100) end return 1`],
  ['calls of the server', 'for i = 1, 1e9 do db:get("a", "b") end'],
];

/** Results and parameters that are too much. */
const VALUES: readonly Bomb[] = [
  ['a result that contains itself', 'local t = {} t.t = t return t'],
  ['results that contain each other', 'local a, b = {}, {} a[1] = b b[1] = a return { a, b }'],
  ['a deep result', 'local t = {} for i = 1, 1000000 do t = { t } end return t'],
  ['a result that is larger than memory', 'local t = {} for i = 1, 30 do t = { t, t } end return t'],
  ['a large result', `return string.rep('x', 5000000)`],
  ['a giant index', 'return { [1 << 40] = 1 }'],
  ['a list of many holes', 'local t = {} for i = 1, 1000 do t[i * 1000000] = i end return t'],
  ['a parameter that contains itself', 'local t = {} t.t = t return db:insert("a", t)'],
  [
    'a parameter of many parts',
    'local t = {} for i = 1, 30 do t = { t, t } end return crypto.jwt_encode({ t = t }, "s")',
  ],
  ['deep JSON', `return json.decode(string.rep('[', 1000000))`],
  ['deep JSON that is closed', `return json.decode(string.rep('[', 100000) .. string.rep(']', 100000))`],
  ['a schema that goes in circles', `return solidb.validate({}, { ['$ref'] = '#' })`],
  [
    'a schema that branches',
    `local s = {} for i = 1, 60 do s = { allOf = { s, s } } end return solidb.validate({}, s)`,
  ],
  [
    'references that branch',
    `local defs = {} for i = 1, 60 do local r = { ['$ref'] = '#/$defs/d' .. (i + 1) } defs['d' .. i] = { allOf = { r, r } } end defs.d61 = true return solidb.validate({}, { ['$ref'] = '#/$defs/d1', ['$defs'] = defs })`,
  ],
  ['a pattern of a schema', `return solidb.validate(string.rep('a', 100000) .. '!', { pattern = '^(a+)+$' })`],
  ['a pattern that is long', `return string.regex(string.rep('a', 1000000), string.rep('(a?){1000}', 90))`],
  ['a pattern of nested repetitions', `return string.regex('a', '((((a{1,100}){1,100}){1,100}){1,100})')`],
  ['random bytes', 'return crypto.random_bytes(1 << 40)'],
  ['random letters', 'return string.random(1 << 33)'],
  ['a format of a time', `return time.format(0, string.rep('%c', 5000000))`],
  ['a format that reads', `return time.parse(string.rep('1', 500), string.rep('%Y', 200))`],
];

/** Scripts that want more than there is. */
export const LUA_BOMBS: readonly Bomb[] = [...TIME, ...TIME_IN_C, ...MEMORY, ...VALUES];
