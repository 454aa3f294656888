import { encodeValue, type Value } from '@cairn/protocol/internal';
import type { ChildOutcome, ChildRun } from '../../host/child/engine.ts';
import type { ScriptUser } from '../../host/script-run.ts';
import { createLuaEngine } from '../../lua/lua-scripts.ts';
import { FakeServer } from './fake-server.ts';

export interface LuaRunOptions {
  readonly server?: FakeServer;
  readonly name?: string;
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly body?: Value;
  readonly user?: ScriptUser;
  readonly timeoutMs?: number;
  readonly memoryBytes?: number;
  readonly hostCalls?: number;
  readonly isWebSocket?: boolean;
}

/** What came back, told the way an HTTP client sees it. */
export interface LuaResult {
  readonly status: number;
  readonly text: string;
  /** The JSON of the answer, or `{ error }` of a failure; undefined when the answer is no JSON. */
  readonly json: unknown;
  /** Names in small letters; several lines of one name are joined by a line break. */
  readonly headers: Readonly<Record<string, string>>;
  readonly outcome: ChildOutcome;
}

const engine = createLuaEngine();

let lastScript = 0;

function runOf(code: string, options: LuaRunOptions): ChildRun {
  const { server = new FakeServer(), name = 'script', timeoutMs = 5000, body, user } = options;
  server.user = user;
  return {
    source: { name, language: 'lua', code, fingerprint: `test-${++lastScript}`, tenant: 'test' },
    request: {
      method: options.method ?? 'GET',
      path: 'test',
      query: options.query ?? {},
      params: {},
      headers: options.headers ?? {},
      database: 'shop',
      service: 'default',
      isWebSocket: options.isWebSocket ?? false,
      ...(user === undefined ? {} : { user }),
      ...(body === undefined ? {} : { body: encodeValue(body) }),
    },
    limits: {
      timeoutMs,
      memoryBytes: options.memoryBytes ?? 64 * 1024 * 1024,
      resultBytes: 10 * 1024 * 1024,
      hostCalls: options.hostCalls ?? 1000,
      logBytes: 1024 * 1024,
    },
    environment: options.environment ?? {},
    deadlineMs: performance.now() + timeoutMs,
    isCancelled: false,
    computes: () => {},
    mayHoldThread: true,
    call: (call, parameters) => server.call(call, parameters),
    log: (level, message) => server.log(level, message),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Runs a script as the child process would, but here, and with a server of maps. */
export async function runLua(code: string, options: LuaRunOptions = {}): Promise<LuaResult> {
  const outcome = await engine.run(runOf(code, options));
  const headers: Record<string, string> = {};
  for (const [name, value] of outcome.headers) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}\n${value}`;
  }
  const text =
    outcome.kind === 'answer'
      ? Buffer.from(outcome.body as Uint8Array).toString()
      : JSON.stringify({ error: outcome.message });
  return { status: outcome.status, text, json: parsed(text), headers, outcome };
}

/** The JSON of what a script returns; a failure is an error of the test. */
export async function luaResult(code: string, options: LuaRunOptions = {}): Promise<unknown> {
  const { outcome, json } = await runLua(code, options);
  if (outcome.kind === 'failure') throw new Error(outcome.message);
  return json;
}
