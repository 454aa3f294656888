import assert from 'node:assert/strict';
import { encodeValue, type Value } from '@cairn/protocol/internal';
import { type ChildOutcome, type ChildRun, HostCallError } from '../host/child/engine.ts';
import { NativeError } from '../natives/native-function.ts';
import { LuaEngine } from './engine.ts';

/** As little of an API as shows what the engine itself does. */
const PRELUDE = `
local P = ...
local pcall, tostring, error = pcall, tostring, error
P.randomseed = math.randomseed
local function checked(ok, value) if ok then return value end error(value, 3) end
function get(key) return checked(P.hostcall('get', key)) end
function native(...) return checked(P.native(...)) end
function decode(text) return checked(P.json_decode(text)) end
function encode(value) return checked(P.json_encode(value)) end
compile, sleep, log, list = P.compile, P.sleep, P.log, P.mark_list
function P.serve(script, request, environment)
  _G.request, _G.environment = request, environment
  local ok, result = pcall(script)
  if ok then return 'json', 200, {{'X-Test', 'yes'}}, result end
  return 'failed', 500, nil, tostring(result)
end`;

const engine = new LuaEngine({
  prelude: [{ name: 'prelude', text: PRELUDE }],
  natives: {
    test: {
      join: (...parts) => parts.join('+'),
      refuse: () => {
        throw new NativeError('refused');
      },
    },
  },
});

interface RunOptions {
  readonly answer?: (name: string) => Promise<Value>;
  readonly timeoutMs?: number;
  readonly hostCalls?: number;
  readonly resultBytes?: number;
  readonly memoryBytes?: number;
  readonly body?: Value;
  readonly logged?: string[];
}

function run(code: string, options: RunOptions = {}): Promise<ChildOutcome> & { run: ChildRun } {
  const { answer = async () => ({ name: 'Ann' }), timeoutMs = 2_000, logged = [] } = options;
  const childRun: ChildRun & { isCancelled: boolean } = {
    source: { name: 'Test', language: 'lua', code, fingerprint: code, tenant: 'd' },
    request: {
      method: 'GET',
      path: 'p',
      query: {},
      params: { id: '7' },
      headers: {},
      database: 'd',
      service: 's',
      isWebSocket: false,
      ...(options.body === undefined ? {} : { body: encodeValue(options.body) }),
    },
    limits: {
      timeoutMs,
      memoryBytes: options.memoryBytes ?? 32 * 1024 * 1024,
      resultBytes: options.resultBytes ?? 1_000_000,
      hostCalls: options.hostCalls ?? 100,
      logBytes: 1_000,
    },
    environment: { PUBLIC_X: 'x' },
    deadlineMs: performance.now() + timeoutMs,
    isCancelled: false,
    computes: () => {},
    mayHoldThread: true,
    call: async (name) => encodeValue(await answer(name)),
    log: (level, message) => void logged.push(`${level} ${message}`),
  };
  return Object.assign(engine.run(childRun), { run: childRun });
}

async function result(code: string, options?: RunOptions): Promise<unknown> {
  const outcome = await run(code, options);
  assert.equal(outcome.kind, 'answer', outcome.kind === 'failure' ? outcome.message : '');
  return JSON.parse((outcome as { resultJson: string }).resultJson);
}

async function failure(code: string, options?: RunOptions) {
  const outcome = await run(code, options);
  if (outcome.kind !== 'failure') assert.fail(`answered ${outcome.status}`);
  return outcome;
}

describe('LuaEngine', () => {
  it('answers with what the script returns, its members sorted', async () => {
    const outcome = await run(`return {b = 1, a = request.params.id, c = environment.PUBLIC_X}`);
    assert.equal(outcome.kind === 'answer' && outcome.resultJson, '{"a":"7","b":1,"c":"x"}');
    assert.deepEqual(outcome.headers, [['X-Test', 'yes']]);
    const byBytes = await run(`return {['10'] = 1, ['9'] = 2, a = 3, ['\u{ff41}'] = 4, ['\u{1f600}'] = 5}`);
    assert.equal(byBytes.kind === 'answer' && byBytes.resultJson, '{"10":1,"9":2,"a":3,"\uff41":4,"\u{1f600}":5}');
  });

  it('begins each run in a state that no other run has touched', async () => {
    await result(`leaked = 1; string.upper = nil; getmetatable('').__index = nil; request = nil; table.insert = 5`);
    assert.deepEqual(await result(`return {leaked == nil, ('a'):upper(), type(table.insert), request.method}`), [
      true,
      'A',
      'function',
      'GET',
    ]);
  });

  it('gives each run its own random numbers', async () => {
    const numbers = await Promise.all([1, 2, 3, 4].map(() => result('return math.random(1, 2^50)')));
    assert.equal(new Set(numbers).size, 4);
  });

  it('names the script and the line of an error', async () => {
    assert.equal((await failure('local x = 1\nerror("no")')).message, 'Test:2: no');
    assert.match((await failure('return {')).message, /^Test:1: /);
  });

  const waits = { answer: () => new Promise<Value>((resolve) => setTimeout(resolve, 5, { name: 'Ann' })) };

  it('waits for the server inside pcall, coroutines, metamethods, gsub and sort', async () => {
    assert.deepEqual(await result(`local ok, d = pcall(get, 'k') return {ok, d.name}`, waits), [true, 'Ann']);
    assert.deepEqual(
      await result(
        `local co = coroutine.wrap(function() coroutine.yield(get('k').name) return get('k').name .. '2' end)
         return {co(), co()}`,
        waits,
      ),
      ['Ann', 'Ann2'],
    );
    assert.equal(
      await result(`return setmetatable({}, {__index = function(_, k) return get(k).name end}).x`, waits),
      'Ann',
    );
    assert.equal(
      await result(`return (('ab'):gsub('%w', function(c) return c .. get('k').name end))`, waits),
      'aAnnbAnn',
    );
    assert.deepEqual(
      await result(`local t = {3, 1, 2} table.sort(t, function(a, b) get('k') return a < b end) return t`, waits),
      [1, 2, 3],
    );
  });

  it('runs others while one waits or computes', async () => {
    const order: string[] = [];
    await Promise.all([
      run('local x = 0 for i = 1, 3e7 do x = x + i end return x', { timeoutMs: 20_000 }).then(() => order.push('long')),
      run(`get('k')`, waits).then(() => order.push('waiting')),
      run('return 1').then(() => order.push('short')),
    ]);
    assert.deepEqual(order, ['short', 'waiting', 'long']);
  });

  it('raises what the server refuses, and lets it be caught', async () => {
    const refuses = {
      answer: () => Promise.reject(new HostCallError(`Document with key 'k' not found`, 'DocumentNotFound')),
    };
    assert.match((await failure(`get('k')`, refuses)).message, /Document with key 'k' not found/);
    assert.match(String(await result(`local ok, e = pcall(get, 'k') return tostring(e)`, refuses)), /not found/);
  });

  it('calls natives, and raises what they refuse', async () => {
    assert.equal(await result(`return native('test.join', 1, 'a', true)`), '1+a+true');
    assert.match((await failure(`native('test.refuse')`)).message, /refused/);
  });

  it('ends a run at its deadline, whatever it catches', async () => {
    for (const code of [
      'while true do end',
      'while true do pcall(function() while true do end end) end',
      'local function f() while true do pcall(f) end end f()',
      'local t <close> = setmetatable({}, {__close = function() while true do end end}) error("x")',
      'coroutine.wrap(function() while true do end end)()',
      'sleep(60000)',
      'pcall(sleep, 60000) pcall(sleep, 60000)',
    ]) {
      const { reason, status, message } = await failure(code, { timeoutMs: 150 });
      assert.deepEqual([reason, status], ['timeout', 504], code);
      assert.match(message, /timed out/);
    }
    assert.equal(await result('return 1'), 1);
  });

  it('ends a run that is cancelled', async () => {
    const waiting = run('sleep(60000)', { timeoutMs: 30_000 });
    Object.assign(waiting.run, { isCancelled: true });
    const outcome = await waiting;
    assert.equal(outcome.kind === 'failure' && outcome.reason, 'cancelled');
  });

  it('lets a script catch that it has called itself too deeply', async () => {
    const code = `local function f() return f() + 1 end local ok, e = pcall(f) return tostring(e)`;
    assert.equal(await result(code, { memoryBytes: 64 * 1024 * 1024 }), 'Test:1: stack overflow');
    const deep = 'local function f(n) if n == 0 then return 0 end return f(n - 1) + 1 end return f(150000)';
    assert.equal(await result(deep, { memoryBytes: 64 * 1024 * 1024 }), 150_000);
  });

  it('refuses memory beyond the limit', async () => {
    for (const code of [
      'local t = {} for i = 1, 1e9 do t[i] = {} end',
      `local s = 'x' while true do s = s .. s end`,
      `local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end`,
    ]) {
      const outcome = await failure(code, { timeoutMs: 20_000 });
      assert.equal(outcome.reason, 'memory', code);
      assert.match(outcome.message, /memory/);
    }
    assert.equal(await result('return 1'), 1);
  });

  it('counts calls of the server', async () => {
    const outcome = await failure(`for i = 1, 10 do pcall(get, 'k') end`, { hostCalls: 5 });
    assert.equal(outcome.reason, 'limit');
  });

  it('refuses results that are too large, contain themselves or are no JSON', async () => {
    assert.equal((await failure(`return ('x'):rep(1000)`, { resultBytes: 100 })).reason, 'limit');
    assert.match((await failure('local t = {} t.t = t return t')).message, /containing itself/);
    assert.match((await failure(`return '\\xff'`)).message, /UTF-8/);
    const often = (text: string) => `local s, t = ('x'):rep(1000000), {} for i = 1, 1000 do t[i] = s end ${text}`;
    assert.match((await failure(often('return t'))).message, /bytes of text/);
    assert.match((await failure(often('return encode(t)'))).message, /bytes of text/);
    assert.match((await failure(often('return get(t)'))).message, /bytes of text/);
    const roomy = { memoryBytes: 128 * 1024 * 1024 };
    const long = `('x'):rep(40000000)`;
    assert.deepEqual(await result(`local ok, e = pcall(get, ${long}) return {ok, type(e)}`, roomy), [false, 'string']);
    assert.equal((await failure(`error(${long})`, roomy)).reason, 'limit');
    const twice = 'local t = {1} for i = 1, 40 do t = {t, t} end';
    assert.equal((await failure(`${twice} return t`, { timeoutMs: 200 })).reason, 'timeout');
    assert.equal((await failure(`${twice} pcall(encode, t) return 1`, { timeoutMs: 200 })).reason, 'timeout');
    assert.deepEqual(await result('return {[2^40] = 1}'), { 1099511627776: 1 });
  });

  it('gives lists and nulls back as they came', async () => {
    assert.deepEqual(await result(`return decode('{"a":null,"b":[],"c":[1,null],"d":{}}')`), {
      a: null,
      b: [],
      c: [1, null],
      d: {},
    });
    assert.deepEqual(await result(`local t = decode('[1,2,3]') table.remove(t) return t`), [1, 2]);
    assert.deepEqual(await result(`local t = decode('[1,null,null]') t[2] = 5 return t`), [1, 5, null]);
    assert.deepEqual(await result(`local t = decode('[1]') table.remove(t) return t`), []);
    assert.deepEqual(await result('return {}'), {});
    assert.deepEqual(await result('return list({})'), []);
    assert.deepEqual(await result('return request.body', { body: [null, { x: null }] }), [null, { x: null }]);
    assert.equal(await result(`local t = decode('{"a":null}') return t.a == nil and next(t) == nil`), true);
  });

  it('keeps 64-bit integers', async () => {
    assert.equal(await result(`return encode({n = 9007199254740993})`), '{"n":9007199254740993}');
    assert.equal(await result(`return decode('9223372036854775807') == math.maxinteger`), true);
  });

  it('compiles texts, and refuses bytecode', async () => {
    assert.equal(await result(`return compile('return 1 + 1', 'x')()`), 2);
    assert.equal(
      await result(`local f, message = compile(string.dump(function() end), 'x') return f == nil and message ~= nil`),
      true,
    );
    assert.match((await failure('\x1bLua')).message, /binary chunk/);
  });

  it('keeps log lines', async () => {
    const logged: string[] = [];
    await result(`log('INFO', 'hello')`, { logged });
    assert.deepEqual(logged, ['INFO hello']);
  });
});
