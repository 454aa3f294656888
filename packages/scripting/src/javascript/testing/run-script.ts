import { decodeValue, encodeValue, type Value } from '@cairn/protocol/internal';
import { type ChildOutcome, type ChildRequest, HostCallError, type ScriptEngine } from '../../host/child/engine.ts';
import type { ScriptLimits } from '../../host/script-run.ts';

/** What a test says about a run; the rest is usual. */
export interface TestRun {
  readonly name?: string;
  readonly tenant?: string;
  readonly request?: Partial<ChildRequest>;
  readonly limits?: Partial<ScriptLimits>;
  readonly environment?: Record<string, string>;
  /** Whether it may be kept on the thread of the process: always, unless the test says otherwise. */
  mayHoldThread?(): boolean;
  /** Answers host calls; what it throws is the error that the script sees. */
  call?(name: string, parameters: Value[]): Value | Promise<Value>;
  log?(level: string, message: string, line?: number): void;
}

const LIMITS: ScriptLimits = {
  timeoutMs: 10_000,
  memoryBytes: 64 * 1024 * 1024,
  resultBytes: 16 * 1024 * 1024,
  hostCalls: 1_000,
  logBytes: 65_536,
};

/** Runs a module as the script process would. */
export function runScript(engine: ScriptEngine, code: string, test: TestRun = {}): Promise<ChildOutcome> {
  const tenant = test.tenant ?? 'tenant';
  const limits = { ...LIMITS, ...test.limits };
  const request: ChildRequest = {
    method: 'GET',
    path: 'test',
    query: {},
    params: {},
    headers: {},
    database: 'shop',
    service: 'default',
    isWebSocket: false,
    ...test.request,
  };
  return engine.run({
    source: { name: test.name ?? 'Test', language: 'javascript', code, fingerprint: `${tenant}\0${code}`, tenant },
    request,
    limits,
    environment: test.environment ?? {},
    deadlineMs: performance.now() + limits.timeoutMs,
    isCancelled: false,
    computes: () => {},
    get mayHoldThread() {
      return test.mayHoldThread?.() ?? true;
    },
    call: async (name, parameters) => {
      try {
        return encodeValue((await test.call?.(name, decodeValue(parameters) as Value[])) ?? null);
      } catch (error) {
        throw new HostCallError((error as Error).message, 'BadRequest');
      }
    },
    log: (level, message, line) => test.log?.(level, message, line),
  });
}

/** The text that an outcome answers with: the body, or the message of a failure. */
export async function textOf(outcome: ChildOutcome): Promise<string> {
  if (outcome.kind === 'failure') return outcome.message;
  if (outcome.body instanceof Uint8Array) return Buffer.from(outcome.body).toString();
  const parts: Uint8Array[] = [];
  for await (const part of outcome.body) parts.push(part);
  return Buffer.concat(parts).toString();
}
