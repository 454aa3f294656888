import assert from 'node:assert/strict';
import { encodeValue } from '@cairn/protocol/internal';
import { FakeServer } from './testing/fake-server.ts';
import { luaResult, runLua } from './testing/run-lua.ts';

/** What a client gets to see. */
async function answer(code: string, options: Parameters<typeof runLua>[1] = {}): Promise<[number, unknown]> {
  const { status, json, text } = await runLua(code, options);
  return [status, json ?? text];
}

describe('answers of Lua scripts', () => {
  it('have the status that an error names, from wherever it comes', async () => {
    const raise = "solidb.error('gone', 410)";
    for (const code of [
      raise,
      `local ok, e = pcall(function() ${raise} end) error(e, 0)`,
      `local ok, e = pcall(function() ${raise} end) error(e)`,
      `coroutine.wrap(function() ${raise} end)()`,
      `local co = coroutine.create(function() ${raise} end) local _, e = coroutine.resume(co) error(e, 0)`,
      `solidb.try(function() ${raise} end)`,
      `db:transaction(function() ${raise} end)`,
      `local t = setmetatable({}, { __index = function() ${raise} end }) return t.x`,
      `table.sort({ 2, 1 }, function() ${raise} end)`,
      `('x'):gsub('x', function() ${raise} end)`,
      `xpcall(function() ${raise} end, function(e) error(e, 0) end) solidb.error('gone', 410)`,
      `solidb.timeout(1000, function() ${raise} end)`,
    ]) {
      assert.deepEqual(await answer(code), [410, { error: 'gone' }], code);
    }
  });

  it('have the status that a catch function names', async () => {
    const caught = (what: string) => `solidb.try(function() error('a') end, function() ${what} end)`;
    assert.deepEqual(await answer(caught("solidb.error('m', 422)")), [422, { error: 'm' }]);
    assert.deepEqual(await answer(caught("error('m', 0)")), [500, { error: 'script:1: Catch function failed: m' }]);
    assert.equal((await runLua(caught("solidb.redirect('/login')"))).headers.location, '/login');
    const text = await luaResult(`return { pcall(function() ${caught("solidb.error('m', 422)")} end) }`);
    assert.deepEqual(text, [false, 'Catch function failed: ERROR:422:m']);
  });

  it('have a status for errors alone when an error names one', async () => {
    for (const [status, expected] of [
      [400, 400],
      [599, 599],
      [200, 500],
      [600, 500],
      [404.5, 500],
      ["'404'", 404],
      ["'x'", 500],
      ['nil', 500],
    ]) {
      assert.deepEqual(await answer(`solidb.error('m', ${status})`), [expected, { error: 'm' }], String(status));
    }
  });

  it('name the line of an error that a helper raises and nobody catches, and its bare text when caught', async () => {
    const code = "\nlocal x = crypto.hex_decode('zz')\nreturn x";
    assert.deepEqual(await answer(code), [500, { error: 'script:2: Invalid hex: not a digit' }]);
    assert.deepEqual(await luaResult("return { pcall(crypto.hex_decode, 'zz') }"), [false, 'Invalid hex: not a digit']);
  });

  it('tell wrong arguments of what stands for functions of Lua as Lua does', async () => {
    assert.deepEqual(await answer('\nsetmetatable({}, 5)'), [
      500,
      { error: "script:2: bad argument #2 to 'setmetatable' (nil or table expected, got number)" },
    ]);
    const locked = 'local p = setmetatable({}, { __metatable = 1 })\nsetmetatable(p, { __gc = print })';
    assert.deepEqual(await answer(locked), [500, { error: 'script:2: cannot change a protected metatable' }]);
    assert.deepEqual(await answer('coroutine.wrap(5)'), [
      500,
      { error: "script:1: bad argument #1 to 'wrap' (function expected, got number)" },
    ]);
    const expected = [false, "bad argument #1 to 'setmetatable' (table expected, got number)"];
    assert.deepEqual(await luaResult('return { pcall(setmetatable, 1, {}) }'), expected);
    const noFunction = "bad argument #2 to 'map' (function expected, got table)";
    assert.deepEqual(await luaResult('return { pcall(table.map, { 1 }, {}) }'), [false, noFunction]);
    assert.deepEqual(await luaResult("return { collectgarbage('generational'), collectgarbage('incremental') }"), [
      'incremental',
      'generational',
    ]);
    const invalid = "script:1: bad argument #1 to 'collectgarbage' (invalid option 'x')";
    assert.deepEqual(await answer("collectgarbage('x')"), [500, { error: invalid }]);
    const noCall = 'return { pcall(table.map, { 1 }, setmetatable({}, {})) }';
    assert.deepEqual(await luaResult(noCall), [false, noFunction]);
  });

  it('show errors that are no texts', async () => {
    assert.deepEqual(await answer('error({})'), [500, { error: '(error object is a table value)' }]);
    assert.deepEqual(await answer('error(nil)'), [500, { error: '(error object is a nil value)' }]);
    const shown = "error(setmetatable({}, { __tostring = function() return 'shown' end }))";
    assert.deepEqual(await answer(shown), [500, { error: 'shown' }]);
    const fails = "error(setmetatable({}, { __tostring = function() error('again') end }))";
    assert.deepEqual(await answer(fails), [500, { error: '(error object is a table value)' }]);
  });

  it('have the statuses of the guards', async () => {
    assert.deepEqual(await answer("solidb.validate_condition(false, 'bad', 422)"), [422, { error: 'bad' }]);
    assert.deepEqual(await answer('solidb.auth.require_auth()'), [401, { error: 'Authentication required' }]);
    const user = { username: 'ann', roles: ['editor'] };
    assert.deepEqual(await answer("solidb.auth.require_role('boss')", { user }), [
      403,
      { error: "Role 'boss' required" },
    ]);
    assert.deepEqual(await answer("return solidb.auth.require_role('editor')", { user }), [200, true]);
    const claimed = "request.user = { username = 'x', roles = { 'admin' } } return solidb.auth.has_role('admin')";
    assert.deepEqual(await answer(claimed), [200, false]);
    const widened = "request.user.roles[1] = 'admin' return solidb.auth.has_role('admin')";
    assert.deepEqual(await answer(widened, { user }), [200, false]);
  });

  it('carry headers, cookies and what allows other origins, also with errors and redirects', async () => {
    const set = "response.headers['X-A'] = 'a' solidb.set_cookie('s', '1') solidb.set_cookie('t', '2') response.cors()";
    for (const [end, status] of [
      ['return 1', 200],
      ["solidb.error('m', 400)", 400],
      ["solidb.redirect('/x')", 302],
      ['error("x")', 500],
      ['response.status = 204', 204],
      ['local t = nil; t.x = 1', 500],
    ] as const) {
      const { status: given, headers } = await runLua(`${set} ${end}`);
      assert.equal(given, status);
      assert.equal(headers['x-a'], 'a', end);
      assert.equal(headers['set-cookie'], 's=1\nt=2', end);
      assert.equal(headers['access-control-allow-origin'], '*', end);
    }
  });

  it('are what response makes only when it is returned', async () => {
    const { headers, text } = await runLua("response.html('<p>') return response.text('plain')");
    assert.deepEqual([headers['content-type'], text], ['text/plain; charset=utf-8', 'plain']);
    assert.deepEqual(await luaResult("return { a = response.html('<p>') }"), { a: {} });
    assert.equal((await runLua("return response.stream({ 'a', 1, true, { 1 } })")).text, 'a1true[1]');
    for (const none of ['{}', "json.decode('[]')", 'function() end']) {
      assert.deepEqual(await answer(`return response.stream(${none})`), [200, ''], none);
    }
    const counting = 'local n = 0 return response.stream(function() n = n + 1 if n < 4 then return n end end)';
    assert.equal((await runLua(counting)).text, '123');
  });

  it('have no body with the statuses that have none, and refuse statuses that are none', async () => {
    for (const status of [204, 304]) {
      const { status: given, text, headers } = await runLua(`response.status = ${status} return { a = 1 }`);
      assert.deepEqual([given, text, headers['content-type']], [status, '', undefined]);
    }
    assert.deepEqual(await answer("solidb.status(202) return 'later'"), [202, 'later']);
    for (const status of ['99', '600', "'x'", '{}', '0/0']) {
      assert.equal((await runLua(`response.status = ${status} return 1`)).status, 500, status);
    }
  });

  it('keep what a script leaves in place of headers from doing harm', async () => {
    for (const left of ['nil', '5', "'x'", '{ 1, 2 }', '{ [{}] = 1 }', '{ X = function() end }', '{ X = { {} } }']) {
      assert.equal((await runLua(`response.headers = ${left} return 1`)).status, 200, left);
    }
    assert.equal((await runLua('local t = {} t.t = t response.headers = t return 1')).status, 200);
    assert.deepEqual(await answer('response = nil return 1'), [200, 1]);
  });

  it('are stored files, and nothing else', async () => {
    const server = new FakeServer();
    const upload = "return solidb.upload(crypto.base64_encode('hello'), { filename = 'a.txt' }).key";
    const key = await luaResult(upload, { server });
    const { text, headers } = await runLua(`return response.file('${key}')`, { server });
    assert.deepEqual([text, headers['content-type']], ['hello', 'text/plain']);
    for (const other of ["'/etc/passwd'", 'nil', '{}', "'\\xff'", '5']) {
      assert.equal((await runLua(`return response.file(${other})`, { server })).status, 404, other);
    }
  });
});

describe('the API of Lua scripts', () => {
  it('undoes a transaction that fails, and tells what failed first', async () => {
    const server = new FakeServer({ people: [{ _key: 'a', n: 1 }] });
    const failing = `return { pcall(db.transaction, db, function(tx)
      tx:insert('people', { _key = 'b' }) tx:collection('people'):update('a', { n = 2 }) error('no', 0) end) }`;
    assert.deepEqual(await luaResult(failing, { server }), [false, 'no']);
    assert.deepEqual(await luaResult("return { db:count('people'), db:get('people', 'a').n }", { server }), [1, 1]);
  });

  it('matches nothing with a filter that is none', async () => {
    const server = new FakeServer({ people: [{ _key: 'a' }] });
    for (const [filter, found] of [
      ['{}', 1],
      ['nil', 0],
      ["'x'", 0],
      ['5', 0],
    ] as const) {
      assert.equal(await luaResult(`return #db:collection('people'):find(${filter})`, { server }), found, filter);
    }
    assert.equal(await luaResult("return db:collection('people'):count()", { server }), 1);
  });

  it('says how a method is called when it is called with a dot', async () => {
    for (const code of ["db.get('people', 'a')", "db.query('RETURN 1')", "db:collection('people').get('a')"]) {
      assert.match((await runLua(`local x = ${code}`)).text, /colon/, code);
    }
  });

  it('runs a module once, in the state of the script, and refuses one that needs itself', async () => {
    const server = new FakeServer();
    server.modules.set('counter', 'count = (count or 0) + 1 return { n = count }');
    server.modules.set('a', "return solidb.module('b')");
    server.modules.set('b', "return solidb.module('a')");
    server.modules.set('broken', 'return +');
    const twice = "return solidb.module('counter') == solidb.module('counter') and count";
    assert.equal(await luaResult(twice, { server }), 1);
    const text = async (name: string): Promise<string> =>
      (await runLua(`local m = solidb.module('${name}')`, { server })).text;
    assert.match(await text('a'), /module 'a' needs itself/);
    assert.match(await text('broken'), /broken:1: unexpected symbol/);
    assert.match(await text('none'), /Module 'none' not found/);
    assert.equal(await luaResult('return type(require)', { server }), 'nil');
  });

  it('cuts a wait short when its time is over', async () => {
    const outer = "return { pcall(solidb.timeout, 20, function() time.sleep(60000) return 'late' end) }";
    assert.deepEqual(await luaResult(outer), [false, 'TIMEOUT:Operation timed out after 20ms']);
    const inner = "return { pcall(solidb.timeout, 20, function() pcall(time.sleep, 60000) return 'caught' end) }";
    assert.deepEqual(await luaResult(inner), [false, 'TIMEOUT:Operation timed out after 20ms']);
    const nested =
      'return solidb.timeout(5000, function() return select(2, pcall(solidb.timeout, 20, function() time.sleep(9000) end)) end)';
    assert.deepEqual(await luaResult(nested), 'TIMEOUT:Operation timed out after 20ms');
  });

  it('waits no longer for the server than its time', async () => {
    const server = new FakeServer();
    const asked: string[] = [];
    server.call = async (name) => {
      asked.push(name);
      return name === 'db.query' ? new Promise<never>(() => {}) : encodeValue(5);
    };
    const code = `local late = { pcall(solidb.timeout, 20, function() return db:query('RETURN SLEEP(60000)') end) }
      return { late, db:count('people') }`;
    assert.deepEqual(await luaResult(code, { server }), [[false, 'TIMEOUT:Operation timed out after 20ms'], 5]);
    assert.deepEqual(asked, ['db.query', 'db.count']);
    const caught =
      "return { pcall(solidb.timeout, 20, function() pcall(db.query, db, 'RETURN 1') return 'caught' end) }";
    assert.deepEqual(await luaResult(caught, { server }), [false, 'TIMEOUT:Operation timed out after 20ms']);
  });

  it('keeps the error of a coroutine as Lua has it', async () => {
    const code =
      "local f = coroutine.wrap(function() coroutine.yield(1) error('in it', 0) end) f() return select(2, pcall(f))";
    assert.match(String(await luaResult(code)), /in it$/);
    assert.deepEqual(
      await luaResult(
        'local f = coroutine.wrap(function(a) local b = coroutine.yield(a) return b, 3 end) return { f(1), f(2) }',
      ),
      [1, 2, 3],
    );
  });

  it('logs what is printed, with the level that was named', async () => {
    const server = new FakeServer();
    await luaResult("print('a', 1, nil) solidb.log({ x = 1 }, 'warn') warn('b', 'c') warn('@on')", { server });
    assert.deepEqual(server.logged, [
      { level: 'INFO', message: 'a\t1\tnil' },
      { level: 'WARN', message: '{"x":1}' },
      { level: 'WARN', message: 'bc' },
    ]);
  });

  it('shows the environment by name, and as a function what is public', async () => {
    const environment = { PUBLIC_NAME: 'shop', SECRET: 's3' };
    const code =
      "return { solidb.env.SECRET, solidb.env('PUBLIC_NAME'), tostring(solidb.env('SECRET')), tostring(solidb.env(5)) }";
    assert.deepEqual(await luaResult(code, { environment }), ['s3', 'shop', 'nil', 'nil']);
  });

  it('sends texts, numbers as texts and bytes to a WebSocket', async () => {
    const server = new FakeServer();
    const code = "solidb.ws.send('é') solidb.ws.send(5) solidb.ws.send('\\xff\\0') return pcall(solidb.ws.send, {})";
    assert.equal(await luaResult(code, { server, isWebSocket: true }), false);
    assert.deepEqual(server.sent, ['é', '5', Buffer.from([255, 0])]);
  });

  it('sends bytes as bytes', async () => {
    const server = new FakeServer();
    const code = `local key = solidb.upload('\\xff\\xfe\\0', { filename = 'b' }).key
      local list = solidb.upload({ 255, 254, 0 }).key
      return { crypto.hex_encode(crypto.base64_decode(solidb.file_read(key))), crypto.hex_encode(crypto.base64_decode(solidb.file_read(list))) }`;
    assert.deepEqual(await luaResult(code, { server }), ['fffe00', 'fffe00']);
    for (const bad of ['{ 256 }', "{ 'x' }", 'true', "''", '{ -1 }']) {
      assert.match((await runLua(`solidb.upload(${bad})`, { server })).text, /upload: /, bad);
    }
  });
});
