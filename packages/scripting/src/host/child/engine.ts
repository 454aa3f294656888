import type { ScriptAnswer, ScriptFailure, ScriptLimits, ScriptSource, ScriptUser } from '../script-run.ts';

/** A host call that failed: its message is the text that the script sees. */
export class HostCallError extends Error {
  /** The error's type in the HTTP envelope: `DocumentNotFound`, … */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = 'HostCallError';
    this.code = code;
  }
}

/** `request` as it reaches the child: texts as they are, the body as msgpack. */
export interface ChildRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** One msgpack value. */
  readonly body?: Uint8Array;
  readonly user?: ScriptUser;
  readonly database: string;
  readonly service: string;
  readonly isWebSocket: boolean;
}

/** One run inside the child process: all that an engine gets to see of the world. */
export interface ChildRun {
  readonly source: ScriptSource;
  readonly request: ChildRequest;
  readonly limits: ScriptLimits;
  readonly environment: Readonly<Record<string, string>>;
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  /** True when the run is to end before its deadline. */
  readonly isCancelled: boolean;
  /**
   * Whether it may keep the thread that reads the pipe to itself: nobody has seen anything of any run of this process (a change, a part
   * of an answer), so all of them can be begun again when it does not let go.
   */
  readonly mayHoldThread: boolean;
  /** Asks the server. Parameters are one msgpack array, the answer one msgpack value. Rejects with a HostCallError. */
  call(name: string, parameters: Uint8Array): Promise<Uint8Array>;
  /** Tells that the run keeps a processor to itself: others are better begun elsewhere until it asks the server for something. */
  computes(): void;
  /** Keeps a line for the script's log, within the run's limit; beyond it the run fails. */
  log(level: string, message: string, line?: number): void;
}

export type ChildOutcome = ScriptAnswer | ScriptFailure;

/** Runs scripts of one language in this process. Never rejects. */
export interface ScriptEngine {
  run(run: ChildRun): Promise<ChildOutcome>;
}
