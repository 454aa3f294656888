import assert from 'node:assert/strict';
import { EncodedValue, encodeValue, type Value } from '@cairn/protocol/internal';
import { HOST_LIMITS } from './limits.ts';
import { ScriptHost } from './script-host.ts';
import type { ScriptLimits, ScriptOutcome, ScriptRun } from './script-run.ts';

/** Computes in C, where nothing but the end of the process reaches it. */
const HANGS = `string.rep('', 1e15)`;

const LIMITS: ScriptLimits = {
  timeoutMs: 10_000,
  memoryBytes: 32 * 1024 * 1024,
  resultBytes: 1_000_000,
  hostCalls: 100,
  logBytes: 10_000,
};

interface Options {
  readonly limits?: Partial<ScriptLimits>;
  readonly call?: (name: string, parameters: readonly Value[]) => Promise<Value> | Value | EncodedValue;
  readonly signal?: AbortSignal;
  readonly logged?: string[];
  readonly body?: Value;
  readonly language?: 'lua' | 'javascript';
  readonly on?: ScriptHost;
  /** Its calls change nothing. */
  readonly isReading?: boolean;
}

describe('ScriptHost', function () {
  this.timeout(60_000);
  let host: ScriptHost;

  before(() => {
    host = new ScriptHost({ processes: 4 });
  });
  after(() => host.close());

  function run(code: string, options: Options = {}): Promise<ScriptOutcome> {
    const { call = () => null, logged = [] } = options;
    let hasActed = false;
    const scriptRun: ScriptRun = {
      source: { name: 'Test', language: options.language ?? 'lua', code, fingerprint: code, tenant: 'd' },
      request: {
        method: 'POST',
        path: 'p',
        query: new Map([['q', '1']]),
        params: new Map([['__proto__', 'x']]),
        headers: new Map(),
        user: { username: 'ann', roles: ['editor'] },
        database: 'd',
        service: 's',
        ...(options.body === undefined ? {} : { body: new EncodedValue(encodeValue(options.body)) }),
      },
      limits: { ...LIMITS, ...options.limits },
      environment: new Map(),
      calls: {
        call: (name, parameters) => {
          hasActed ||= options.isReading !== true;
          return call(name, parameters);
        },
        get hasActed() {
          return hasActed;
        },
        log: (level, message) => void logged.push(`${level}: ${message}`),
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    return (options.on ?? host).run(scriptRun);
  }

  function json(outcome: ScriptOutcome): unknown {
    assert.equal(outcome.kind, 'answer', outcome.kind === 'failure' ? outcome.message : '');
    return JSON.parse((outcome as { resultJson: string }).resultJson);
  }

  it('hands the request over and the answer back', async () => {
    assert.deepEqual(
      json(await run('return {request.query.q, request.body, request.user.username}', { body: { a: [] } })),
      ['1', { a: [] }, 'ann'],
    );
  });

  it('carries calls of the server, their failures and log lines', async () => {
    const logged: string[] = [];
    const outcome = await run(
      `print('begins') local ok, e = pcall(function() return db:collection('c'):get('missing') end)
       return {db:collection('c'):get('k'), ok, tostring(e)}`,
      {
        logged,
        call: (name, parameters) => {
          if (parameters[1] !== 'k') throw Object.assign(new Error('no such thing'), { code: 'DocumentNotFound' });
          return { name, parameters: [...parameters].slice(0, 2) };
        },
      },
    );
    assert.deepEqual(json(outcome), [{ name: 'db.get', parameters: ['c', 'k'] }, false, 'no such thing']);
    assert.deepEqual(logged, ['INFO: begins']);
  });

  it('shows a script nothing of an error that is not meant for it', async () => {
    const outcome = await run(`return tostring(select(2, pcall(function() return db:collection('c'):get('k') end)))`, {
      call: () => Promise.reject(new TypeError('/secret/path of the server')),
    });
    assert.doesNotMatch(String(json(outcome)), /secret/);
  });

  it('kills the process of a run that cannot be ended, and that run alone fails', async () => {
    const before = host.statistics.killed;
    const [hanging, beside, waiting] = await Promise.all([
      run(HANGS, { limits: { timeoutMs: 700 } }),
      run('return "beside"'),
      run('return db:collection("c"):get("k")', {
        call: () => new Promise((resolve) => setTimeout(resolve, 20, 'late')),
      }),
    ]);
    assert.deepEqual(hanging.kind === 'failure' && [hanging.reason, hanging.status], ['timeout', 504]);
    assert.equal(json(beside), 'beside');
    assert.equal(waiting.kind === 'answer' || waiting.reason === 'host_lost', true);
    assert.ok(host.statistics.killed > before);
    assert.equal(json(await run('return "after"')), 'after');
  });

  for (const isReading of [true, false]) {
    it(`begins a run ${isReading ? 'again that has only read' : 'that has written not again'} when another costs it its process`, async () => {
      const own = new ScriptHost({ processes: 1 });
      try {
        let asked = 0;
        const reached = Promise.withResolvers<void>();
        const beside = run('return db:collection("c"):get("k")', {
          on: own,
          isReading,
          call: () => {
            reached.resolve();
            return ++asked === 1 ? new Promise(() => {}) : 'read';
          },
        });
        await reached.promise;
        await run(HANGS, { on: own, limits: { timeoutMs: 300 } });
        const outcome = await beside;
        if (isReading) assert.equal(json(outcome), 'read');
        else assert.equal(outcome.kind === 'failure' && outcome.reason, 'host_lost');
        assert.equal(asked, isReading ? 2 : 1);
      } finally {
        await own.close();
      }
    });
  }

  it('lets the others of a process end in which JavaScript computes on that nothing ends', async () => {
    const language = 'javascript';
    const reached = Promise.withResolvers<void>();
    // It has called the server: it could not be begun again elsewhere.
    const beside = run(
      `export default async (request, db) => { await db.collection('c').get('k'); await sleep(900); return 'beside'; }`,
      {
        language,
        call: () => {
          reached.resolve();
          return null;
        },
      },
    );
    await reached.promise;
    const code = 'export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)';
    const endless = await run(code, { language, limits: { timeoutMs: 200 } });
    assert.deepEqual(endless.kind === 'failure' && [endless.reason, endless.status], ['timeout', 504]);
    assert.equal(json(await beside), 'beside');
    assert.equal(json(await run('return "after"')), 'after');
  });

  it('begins a run again that has only read when one before it has left something that never ends', async () => {
    const own = new ScriptHost({ processes: 1 });
    try {
      const reached = Promise.withResolvers<void>();
      let asked = 0;
      const beside = run(`export default async (request, db) => db.collection('c').get('k')`, {
        on: own,
        language: 'javascript',
        isReading: true,
        call: () => {
          reached.resolve();
          return ++asked === 1 ? new Promise(() => {}) : 'read';
        },
      });
      await reached.promise;
      // Nobody knows it for short: it runs on a thread of its own, and its process gives itself up after it has been answered.
      const code = 'export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)';
      const endless = await run(code, { on: own, language: 'javascript', limits: { timeoutMs: 200 } });
      assert.deepEqual(endless.kind === 'failure' && [endless.reason, endless.status], ['timeout', 504]);
      assert.equal(json(await beside), 'read');
    } finally {
      await own.close();
    }
  });

  it('spares those that have only read when a script that was short does not end any more', async () => {
    const own = new ScriptHost({ processes: 1 });
    const short = (code: string, options: Options = {}) => run(code, { on: own, language: 'javascript', ...options });
    const code = `export default async (request, db) => {
      if (request.body === 'hang') Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
      return db.collection('c').get('k');
    }`;
    try {
      for (let time = 0; time < 10; time++) assert.equal(json(await short(code, { isReading: true })), null);
      const reached = Promise.withResolvers<void>();
      let asked = 0;
      const beside = short(code, {
        isReading: true,
        call: () => {
          reached.resolve();
          return ++asked === 1 ? new Promise(() => {}) : 'read';
        },
      });
      await reached.promise;
      const endless = await short(code, { body: 'hang', limits: { timeoutMs: 400 } });
      assert.deepEqual(endless.kind === 'failure' && [endless.reason, endless.status], ['timeout', 504]);
      assert.equal(json(await beside), 'read');
    } finally {
      await own.close();
    }
  });

  it('lets an answer that has begun come to its end beside a script that was short and does not end any more', async () => {
    const own = new ScriptHost({ processes: 1 });
    const short = (code: string, options: Options = {}) => run(code, { on: own, language: 'javascript', ...options });
    const code = `export default (request) => {
      if (request.body === 'hang') Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
      return 'short';
    }`;
    try {
      for (let time = 0; time < 10; time++) assert.equal(json(await short(code)), 'short');
      const streamed = await short(
        `export default () => response.stream((async function* () { yield 'a'; await sleep(700); yield 'b'; })())`,
      );
      const parts: Promise<string> = (async () => {
        let text = '';
        for await (const part of (streamed as { body: AsyncIterable<Uint8Array> }).body) text += Buffer.from(part);
        return text;
      })();
      const endless = await short(code, { body: 'hang', limits: { timeoutMs: 300 } });
      assert.equal(endless.kind === 'failure' && endless.reason, 'timeout');
      assert.equal(await parts, 'ab');
    } finally {
      await own.close();
    }
  });

  for (const [language, loop] of [
    ['lua', 'while true do end'],
    ['javascript', 'export default () => { for (;;); }'],
  ] as const) {
    it(`begins others away from a process in which ${language} computes`, async () => {
      const own = new ScriptHost({ processes: 3 });
      try {
        let isOver = false;
        const looping = run(loop, { on: own, language, limits: { timeoutMs: 2_000 } }).finally(() => {
          isOver = true;
        });
        let processes = 0;
        while (!isOver) {
          assert.equal(json(await run('return "beside"', { on: own })), 'beside');
          processes = Math.max(processes, own.statistics.processes);
        }
        assert.equal((await looping).kind, 'failure');
        assert.ok(processes >= 2, `${processes}`);
      } finally {
        await own.close();
      }
    });
  }

  it('begins no run twice when it takes it away from a process that hangs', async () => {
    const calls = new Map<string, number>();
    const hanging = Array.from({ length: 3 }, () => run(HANGS, { limits: { timeoutMs: 600 } }));
    const others = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        run(`return db:collection('c'):insert({n = ${i}})`, {
          call: (_name, parameters) => {
            const key = JSON.stringify(parameters[1]);
            calls.set(key, (calls.get(key) ?? 0) + 1);
            return true;
          },
        }),
      ),
    );
    for (const outcome of await Promise.all(hanging))
      assert.equal(outcome.kind === 'failure' && outcome.reason, 'timeout');
    assert.deepEqual(
      [...new Set(others.map((o) => (o.kind === 'answer' ? 'answer' : `${o.reason} ${o.message}`)))],
      ['answer'],
    );
    assert.equal(calls.size, 40);
    assert.deepEqual([...new Set(calls.values())], [1]);
  });

  it('lets JavaScript that waits keep nobody from running, however much of it there is', async function () {
    // So many isolates take a while to make on a busy machine.
    this.timeout(200_000);
    const waiting = HOST_LIMITS.javaScriptRunsPerProcess + 6;
    let arrived = 0;
    let open = (_value: Value): void => {};
    const all = new Promise<Value>((resolve) => {
      open = resolve;
    });
    const call = (): Promise<Value> => {
      if (++arrived === waiting) open('go');
      return all;
    };
    const code = `export default async (request, db) => db.query('x')`;
    const limits = { timeoutMs: 190_000 };
    const runs = Array.from({ length: waiting }, () => run(code, { language: 'javascript', call, limits }));
    for (const outcome of await Promise.all(runs)) assert.equal(json(outcome), 'go');
  });

  it('ends a run when its caller gives up, waiting or not', async () => {
    for (const code of ['time.sleep(30000)', 'while true do end']) {
      const abort = new AbortController();
      const outcome = run(code, { signal: abort.signal });
      setTimeout(() => abort.abort(), 100);
      const ended = await outcome;
      assert.equal(ended.kind === 'failure' && ended.reason, 'cancelled', code);
    }
  });

  it('gives a script no way to the environment of the server', async () => {
    const outcome = await run(
      `local found = {} for name in pairs(_G) do found[#found + 1] = name end table.sort(found) return found`,
    );
    const names = json(outcome) as string[];
    for (const name of ['os', 'io', 'debug', 'package', 'require', 'load', 'loadfile', 'dofile']) {
      assert.equal(names.includes(name), false, name);
    }
  });

  it('fails runs at once after it was closed', async () => {
    const other = new ScriptHost({ processes: 1 });
    await other.close();
    const outcome = await other.run({
      source: { name: 'Test', language: 'lua', code: 'return 1', fingerprint: 'x', tenant: 'd' },
      request: {
        method: 'GET',
        path: '',
        query: new Map(),
        params: new Map(),
        headers: new Map(),
        database: 'd',
        service: 's',
      },
      limits: LIMITS,
      environment: new Map(),
      calls: { call: () => null, hasActed: false, log: () => {} },
    });
    assert.equal(outcome.kind === 'failure' && outcome.reason, 'host_lost');
  });
});
