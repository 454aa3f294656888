import { createHash } from 'node:crypto';
import { isObject, type Value, type ValueObject } from '@cairn/protocol/internal';
import type { ScriptLanguage, ScriptOutcome } from '@cairn/scripting/internal';
import type { Host } from '../../../host.ts';
import {
  REPL_DEFINITIONS_MAX,
  REPL_SESSION_IDLE_MS,
  REPL_SESSIONS_MAX,
  SCRIPT_CODE_MAX_LENGTH,
} from '../../../limits.ts';
import type { Session } from '../../../runner/session.ts';
import type { Cancellation } from '../../queries/cancellation.ts';
import { refuse } from '../records/record-members.ts';
import { USUAL_LIMITS } from '../records/run-limits.ts';
import { languageOf, RUN_AS_CALLER, type Script, sourceOf } from '../records/script-record.ts';
import type { ScriptRuns } from '../run/script-runs.ts';
import { type Cell, inTypedLines } from './cell.ts';
import { javascriptCell } from './javascript-cell.ts';
import { luaCell } from './lua-cell.ts';

export interface ReplRequest {
  readonly database: string;
  readonly code: string;
  readonly language?: string;
  readonly session_id?: string;
  readonly timeout_ms?: number;
}

/** What a piece of script leaves to the next one: its global variables, as far as they are data. */
interface ReplSession {
  globals: ValueObject;
  /** Texts that define functions, in the order in which they were typed. */
  readonly definitions: string[];
  lastUsedMs: number;
}

/** The name that stands before lines in messages about what was typed. */
const NAME = 'repl';
const NOTHING: ReadonlyMap<string, string> = new Map();

/** Runs pieces of script as they are typed, each in a state of its own that begins with the session's variables. */
export class Repl {
  readonly #runs: ScriptRuns;
  readonly #host: Host;
  /** By their ids behind whom and what they belong to. */
  readonly #sessions = new Map<string, ReplSession>();

  constructor(runs: ScriptRuns, host: Host) {
    this.#runs = runs;
    this.#host = host;
  }

  /** @throws CairnError `invalid_argument` for a language that there is not, or too long a text */
  async evaluate(request: ReplRequest, caller: Session, cancellation: Cancellation): Promise<ValueObject> {
    const language = languageOf(request.language) ?? refuse(`language must be 'lua' or 'javascript'`);
    if (request.code.length > SCRIPT_CODE_MAX_LENGTH)
      refuse(`the code is longer than ${SCRIPT_CODE_MAX_LENGTH} characters`);
    const { id, session } = this.#session(request, language, caller.user);
    const output: string[] = [];
    const startMs = this.#host.monotonicMs();
    const makeCell = language === 'lua' ? luaCell : javascriptCell;
    const cell = makeCell(request.code, session.globals, session.definitions);
    const outcome = await this.#runs.runToEnd(scriptOf(cell, request.database, language), inputOf(), {
      caller,
      signal: cancellation.signal,
      timeoutMs: request.timeout_ms,
      onLog: (_level, message) => output.push(message),
    });
    const took = { execution_time_ms: Math.round((this.#host.monotonicMs() - startMs) * 1000) / 1000 };
    return { ...this.#answer(outcome, session, cell), output, ...took, session_id: id };
  }

  /** The session that is asked for, or a new one: under the id that is asked for too, which is one of this user in this database only. */
  #session(request: ReplRequest, language: ScriptLanguage, user: string): { id: string; session: ReplSession } {
    const nowMs = this.#host.monotonicMs();
    for (const [place, { lastUsedMs }] of this.#sessions) {
      if (nowMs - lastUsedMs > REPL_SESSION_IDLE_MS) this.#sessions.delete(place);
    }
    const id = request.session_id ?? Buffer.from(this.#host.randomBytes(16)).toString('hex');
    const place = JSON.stringify([user, request.database, language, id]);
    const session = this.#sessions.get(place) ?? { globals: {}, definitions: [], lastUsedMs: nowMs };
    session.lastUsedMs = nowMs;
    this.#sessions.delete(place);
    this.#sessions.set(place, session);
    if (this.#sessions.size > REPL_SESSIONS_MAX) this.#sessions.delete(this.#sessions.keys().next().value!);
    return { id, session };
  }

  /** After an error nothing of the piece is kept. */
  #answer(outcome: ScriptOutcome, session: ReplSession, cell: Cell): ValueObject {
    if (outcome.kind === 'failure') {
      return { result: null, error: errorOf(inTypedLines(outcome.message, NAME, cell.linesBefore)) };
    }
    const result = JSON.parse(outcome.resultJson ?? 'null') as Value;
    if (!isObject(result) || !isObject(result.globals)) return { result };
    session.globals = result.globals;
    session.definitions.push(...cell.definitions);
    session.definitions.splice(0, session.definitions.length - REPL_DEFINITIONS_MAX);
    return { result: result.result ?? null };
  }
}

function scriptOf({ code }: Cell, database: string, language: ScriptLanguage): Script {
  const owner = createHash('sha256').update(code).digest('base64url');
  return {
    key: NAME,
    database,
    service: NAME,
    name: NAME,
    methods: [],
    path: NAME,
    runAs: RUN_AS_CALLER,
    definer: undefined,
    limits: USUAL_LIMITS,
    allowHosts: undefined,
    source: sourceOf({ owner, database, name: NAME, language, code }),
    createdAt: '',
  };
}

function inputOf() {
  return { method: 'REPL', path: NAME, query: NOTHING, params: NOTHING, headers: NOTHING };
}

function errorOf(message: string): ValueObject {
  const line = /^repl:(\d+):(?:(\d+):)?/.exec(message);
  if (line === null) return { message };
  return { message, line: Number(line[1]), ...(line[2] !== undefined && { column: Number(line[2]) }) };
}
