import type { Value } from '@cairn/protocol/internal';
import type { ScriptOutcome } from '@cairn/scripting/internal';

/** How a job, a cron job or a trigger has a script run. */
export interface ScriptCall {
  /** Ends the run when it fires. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Who set it off: the rights of scripts that run as their caller. */
  readonly user?: string;
  /** How many triggers stand behind the run: what it writes says so in the change log. */
  readonly depth: number;
  /** What the script sees as `request.path`; its own path when absent. */
  readonly requestPath?: string;
  /** The transaction in which the run's host calls read and write; on the newest state when absent. */
  readonly transactionId?: string;
}

/** Runs a script of a database with `body` as its request's body. What goes wrong in the script is a failure, not a rejection. */
export type RunScript = (database: string, scriptPath: string, body: Value, call: ScriptCall) => Promise<ScriptOutcome>;
