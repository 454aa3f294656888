import type { EncodedValue, Value } from '@cairn/protocol/internal';

export type ScriptLanguage = 'lua' | 'javascript';

/** A script's text and what it is called in messages about it. */
export interface ScriptSource {
  /** Stands in front of the line in error texts: `Price list:3: …`. */
  readonly name: string;
  readonly language: ScriptLanguage;
  readonly code: string;
  /** The same for the same text of the same owner, another for another: prepared states are kept by it. */
  readonly fingerprint: string;
  /** Prepared states are never shared between tenants: the database's name. */
  readonly tenant: string;
}

/** What a run may use. */
export interface ScriptLimits {
  /** Wall clock, waits included. */
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  /** Of the answer, headers and body together. */
  readonly resultBytes: number;
  readonly hostCalls: number;
  /** Of everything that is logged or printed. */
  readonly logBytes: number;
}

export interface ScriptUser {
  readonly username: string;
  readonly roles: readonly string[];
}

/** What the script sees as `request`. */
export interface ScriptRequest {
  readonly method: string;
  /** After the service, without a leading slash. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** One msgpack value; absent when there was no body. */
  readonly body?: EncodedValue;
  readonly user?: ScriptUser;
  readonly database: string;
  readonly service: string;
  readonly isWebSocket?: boolean;
}

/** What a script did that ended well, or in a way that it chose itself. */
export interface ScriptAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** In order; names may come again (`Set-Cookie`). Control characters have been taken out. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The parts of a streamed answer come one after another. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  /** The returned value itself, for callers that are no HTTP door: jobs, triggers, the REPL. JSON text. */
  readonly resultJson?: string;
}

export type ScriptFailureReason =
  /** Thrown by the script and not caught, or a text that does not compile. */
  | 'error'
  | 'timeout'
  | 'memory'
  /** A result, a number of host calls or an amount of output beyond the limit. */
  | 'limit'
  /** The process that ran it ended, for a reason of its own. */
  | 'host_lost'
  | 'cancelled';

export interface ScriptFailure {
  readonly kind: 'failure';
  readonly reason: ScriptFailureReason;
  /** The status an HTTP door answers with: 500, 504 for `timeout`, or what the script's error asked for (`solidb.error`). */
  readonly status: number;
  /** Fit for the caller: no path, no stack of the host. */
  readonly message: string;
  /** Set by the script before it failed: cookies, CORS, extra headers. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** True when the script chose this status and message (`solidb.error`): the body is exactly `{"error": message}`. */
  readonly isChosen: boolean;
}

export type ScriptOutcome = ScriptAnswer | ScriptFailure;

/**
 * What a script asks of the world outside its sandbox, carried out by the server in the script's name:
 * the table of them is the server's. Values arrive checked for depth and size.
 *
 * A call that fails rejects; a CairnError's message is what the script sees.
 */
export interface HostCalls {
  call(name: string, parameters: readonly Value[]): Promise<Value | EncodedValue> | Value | EncodedValue;
  /** Whether anything was asked that may have changed something: then the run is not begun again when its process is lost. */
  readonly hasActed: boolean;
  /** A line of `solidb.log`, `print` or `console.log`. */
  log(level: string, message: string, line?: number): void;
}

export interface ScriptRun {
  readonly source: ScriptSource;
  readonly request: ScriptRequest;
  readonly limits: ScriptLimits;
  readonly calls: HostCalls;
  /** Texts that `solidb.env` shows. */
  readonly environment: ReadonlyMap<string, string>;
  /** Ends the run when it fires. */
  readonly signal?: AbortSignal;
}

/** Runs scripts, each in a state that no other run has touched. Never rejects: what goes wrong is a failure. */
export interface ScriptRunner {
  run(run: ScriptRun): Promise<ScriptOutcome>;
}
