import { type HostCalls, ScriptHost, type ScriptLimits, type ScriptOutcome } from '@cairn/scripting';

export interface SandboxRun {
  readonly tenant: string;
  readonly code: string;
  readonly limits?: Partial<ScriptLimits>;
  readonly calls?: HostCalls['call'];
  readonly logged?: string[];
}

const LIMITS: ScriptLimits = {
  timeoutMs: 2_000,
  memoryBytes: 64 * 1024 * 1024,
  resultBytes: 4 * 1024 * 1024,
  hostCalls: 1_000,
  logBytes: 64 * 1024,
};

/** Scripts of several tenants in one script host, as the server runs them. */
export class SandboxHost {
  readonly #host = new ScriptHost({ processes: 4 });

  run({ tenant, code, limits, calls, logged }: SandboxRun): Promise<ScriptOutcome> {
    return this.#host.run({
      source: { name: 'Attempt', language: 'lua', code, fingerprint: `${tenant}/${code}`, tenant },
      request: {
        method: 'POST',
        path: 'attempt',
        query: new Map([['q', '1']]),
        params: new Map([['__proto__', 'x']]),
        headers: new Map([['x-constructor', 'y']]),
        database: tenant,
        service: 'default',
      },
      limits: { ...LIMITS, ...limits },
      environment: new Map([['PUBLIC_NAME', tenant]]),
      calls: {
        call: calls ?? (() => null),
        hasActed: false,
        log: (_level, message) => {
          logged?.push(message);
        },
      },
    });
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}

/** All that came out of a run, as one text. */
export function everythingOf(outcome: ScriptOutcome, logged: readonly string[] = []): string {
  const body =
    outcome.kind === 'answer' && outcome.body instanceof Uint8Array ? Buffer.from(outcome.body).toString() : '';
  return [JSON.stringify({ ...outcome, body: undefined }), body, ...logged].join('\n');
}
