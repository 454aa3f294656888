import type { EncodedValue } from '@cairn/protocol/internal';
import type {
  HostCalls,
  ScriptAnswer,
  ScriptLimits,
  ScriptOutcome,
  ScriptRunner,
  ScriptUser,
} from '@cairn/scripting/internal';
import type { Session } from '../../../runner/session.ts';
import { rollbackOpen } from '../calls/transaction-calls.ts';
import type { Script } from '../records/script-record.ts';
import { CallContext } from './call-context.ts';
import { type LogListener, ScriptCalls } from './script-calls.ts';
import { scriptSession } from './script-session.ts';
import type { ScriptSocket } from './script-socket.ts';
import type { ScriptSurroundings } from './script-surroundings.ts';

/** What a script sees of the request that it answers. */
export interface ScriptInput {
  readonly method: string;
  /** After the service, without a leading slash. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body?: EncodedValue;
}

export interface RunOptions {
  /** Who asks; a stranger when absent. */
  readonly caller?: Session;
  /** Ends the run. */
  readonly signal?: AbortSignal;
  /** Instead of the script's own time limit. */
  readonly timeoutMs?: number;
  /** How many triggers stand behind the run. */
  readonly depth?: number;
  /** The transaction in which all that it asks of the database happens. */
  readonly transactionId?: string;
  readonly socket?: ScriptSocket;
  readonly onLog?: LogListener;
  /** Puts something between the script and the server. */
  readonly wrapCalls?: (calls: HostCalls) => HostCalls;
}

/** Runs scripts for whoever has found one: HTTP, WebSockets, jobs, triggers, the REPL. */
export class ScriptRuns {
  readonly #surroundings: ScriptSurroundings;
  readonly #runner: () => ScriptRunner;

  constructor(surroundings: ScriptSurroundings, runner: () => ScriptRunner) {
    this.#surroundings = surroundings;
    this.#runner = runner;
  }

  /** What goes wrong in the script is a failure. @throws CairnError `not_found` when its database has just gone */
  async run(script: Script, input: ScriptInput, options: RunOptions = {}): Promise<ScriptOutcome> {
    const { security, statistics, host } = this.#surroundings;
    const { caller, socket, transactionId, depth = 0 } = options;
    const session = scriptSession(security, script, caller);
    if (depth > 0) session.depth = depth; // whoever runs triggers gives them sessions of their own
    const context = new CallContext({
      surroundings: this.#surroundings,
      script,
      session,
      caller: { session: caller },
      ...{ socket, transactionId },
    });
    const calls = new ScriptCalls(context, options.onLog);
    const startMs = host.monotonicMs();
    statistics.activeScripts++;
    statistics.scriptsExecuted++;
    const end = () => {
      statistics.activeScripts--;
      context.end();
      if (context.transactions.size > 0) rollbackOpen(context);
    };
    try {
      const outcome = await this.#runner().run({
        source: script.source,
        request: {
          ...input,
          user: this.#userOf(caller),
          database: script.database,
          service: script.service,
          isWebSocket: socket !== undefined,
        },
        limits: limitsOf(script, options.timeoutMs),
        calls: options.wrapCalls?.(calls) ?? calls,
        environment: this.#surroundings.scriptsOf(script.database).environment(),
        signal: options.signal,
      });
      this.#note(script, outcome, host.monotonicMs() - startMs);
      // A script that streams goes on running while its parts are taken.
      if (isStreamed(outcome)) return { ...outcome, body: followed(outcome.body, end) };
      end();
      return outcome;
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Runs a script whose answer's body nobody reads; it has ended when this resolves. */
  async runToEnd(script: Script, input: ScriptInput, options: RunOptions = {}): Promise<ScriptOutcome> {
    const outcome = await this.run(script, input, options);
    if (!isStreamed(outcome)) return outcome;
    try {
      for await (const _ of outcome.body);
      return { ...outcome, body: new Uint8Array(0) };
    } catch (error) {
      const { message } = error as Error;
      return { kind: 'failure', reason: 'error', status: 500, message, headers: [], isChosen: false };
    }
  }

  /** Errors that nobody has caught stand in the script's log, with the line that they come from. */
  #note(script: Script, outcome: ScriptOutcome, tookMs: number): void {
    const { history, host, logs } = this.#surroundings;
    history.add(script, outcome, { tookMs, nowMs: host.nowMs() });
    if (outcome.kind === 'answer' || outcome.isChosen || outcome.reason === 'cancelled') return;
    const { message } = outcome;
    const line = /:(\d+): /.exec(message)?.[1];
    const database = this.#surroundings.findDatabase(script.database);
    if (database === undefined) return;
    logs.add(database, {
      ...{ script, level: 'error', message },
      ...(line !== undefined && { line: Number(line) }),
    });
  }

  #userOf(caller: Session | undefined): ScriptUser | undefined {
    if (caller?.isAuthenticated !== true) return undefined;
    return { username: caller.user, roles: this.#surroundings.security.rolesOf(caller.user) };
  }
}

type StreamedAnswer = ScriptAnswer & { readonly body: AsyncIterable<Uint8Array> };

function isStreamed(outcome: ScriptOutcome): outcome is StreamedAnswer {
  return outcome.kind === 'answer' && !(outcome.body instanceof Uint8Array);
}

/** The same parts; says when there will be no more, or nobody takes them. */
async function* followed(parts: AsyncIterable<Uint8Array>, end: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* parts;
  } finally {
    end();
  }
}

function limitsOf({ limits }: Script, timeoutMs: number | undefined): ScriptLimits {
  return timeoutMs === undefined ? limits : { ...limits, timeoutMs };
}
