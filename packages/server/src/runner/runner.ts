import {
  CairnError,
  type CommandDefinition,
  type CommandName,
  commandByName,
  type ErrorReply,
  type ParsedRequest,
  parseRequest,
  type Reply,
  type Request,
  type RequestId,
} from '@cairn/protocol/internal';
import type { Plan } from '@cairn/query/internal';
import { commandTable } from '../commands/command-table.ts';
import type { Engine } from '../engine/engine.ts';
import { Cancellation } from '../engine/queries/cancellation.ts';
import type { CommandStatistics } from '../observability/activity/command-statistics.ts';
import type { Door } from '../observability/activity/door.ts';
import type { Running } from '../observability/activity/running-requests.ts';
import { auditDetails } from '../observability/audit/audit-details.ts';
import type { Logger } from '../observability/log.ts';
import { withoutRequest } from '../observability/redaction/without-request.ts';
import type { RequestTrace } from '../observability/tracing/request-trace.ts';
import { requireAccessRules } from './access-rules.ts';
import { Admission } from './admission/admission.ts';
import type { AnyCommand, CommandContext } from './command.ts';
import { requireAccess } from './require-access.ts';
import type { Session } from './session.ts';

/** A request under way: what its command sees of it. */
class RunningRequest implements CommandContext, Running {
  readonly engine: Engine;
  readonly session: Session;
  readonly rid: RequestId | undefined;
  readonly name: CommandName;
  readonly fields: ParsedRequest['fields'];
  readonly startMs: number;
  readonly deadlineMs: number;
  plan: Plan | undefined;
  readonly trace: RequestTrace | undefined;
  readonly #runner: Runner;
  #cancellation: Cancellation | undefined;

  constructor(runner: Runner, session: Session, parsed: ParsedRequest, startMs: number) {
    this.#runner = runner;
    this.engine = runner.engine;
    this.session = session;
    this.rid = parsed.rid;
    this.name = parsed.name;
    this.fields = parsed.fields;
    this.startMs = startMs;
    this.trace = runner.engine.tracer?.begin(this, parsed.fields.traceparent ?? session.traceparent);
    this.deadlineMs = startMs + (parsed.fields.timeout_ms ?? runner.engine.settings.queryTimeoutMs);
  }

  get user(): string | undefined {
    return this.session.isAuthenticated ? this.session.user : undefined;
  }

  get address(): string {
    return this.session.address;
  }

  get door(): Door {
    return this.session.door;
  }

  get isStoppable(): boolean {
    return this.#cancellation !== undefined;
  }

  notePlan(plan: Plan): void {
    this.plan = plan;
  }

  stop(): void {
    this.#cancellation?.cancel();
  }

  cancellation(): Cancellation {
    if (this.#cancellation === undefined) {
      this.#cancellation = new Cancellation();
      this.session.began(this.#cancellation, this.rid);
    }
    return this.#cancellation;
  }

  runInner(request: Request): Reply | Promise<Reply> {
    return this.#runner.runPart(this.session, request);
  }

  end(): void {
    if (this.#cancellation !== undefined) this.session.ended(this.#cancellation, this.rid);
  }
}

/**
 * The one way in: every request from every door is parsed by the catalogue, checked, run, timed, counted and answered
 * here. It answers at once when the command does, so that a point read costs no turn of the event loop.
 */
export class Runner {
  readonly engine: Engine;
  /** Says which requests from outside run now. */
  readonly admission: Admission;
  readonly #commands: ReadonlyMap<CommandName, AnyCommand>;
  readonly #log: Logger;

  constructor(engine: Engine, log: Logger) {
    requireAccessRules();
    this.engine = engine;
    this.#log = log;
    this.admission = new Admission(engine.settings, engine.host);
    engine.scripts.attach(this);
    this.#commands = commandTable();
  }

  /** May the request begin before earlier ones of its kind on the same connection have ended? */
  overlaps(request: Request): boolean {
    const definition = commandByName(request.cmd);
    // A transaction's commands keep their order by waiting for each other.
    if (definition === undefined || request.fields.tx_id !== undefined) return false;
    if (this.#waitsForTriggers(request)) return false;
    return this.#commands.get(definition.name)?.overlaps ?? false;
  }

  /** Writes keep their order by themselves, unless scripts have to be asked about them first. */
  #waitsForTriggers({ fields: { database, collection } }: Request): boolean {
    if (typeof database !== 'string' || typeof collection !== 'string') return false;
    return this.engine.triggers.isAsked(database, collection);
  }

  /** Never throws and never rejects: what goes wrong is an error reply. */
  run(session: Session, request: Request): Reply | Promise<Reply> {
    const name = commandByName(request.cmd)?.name;
    return this.admission.mustWait(session, name)
      ? this.#runLater(session, request, name!)
      : this.#run(session, request, true);
  }

  /** Runs a part of a request that was let in: the same checks, but nobody turns it away. */
  runPart(session: Session, request: Request): Reply | Promise<Reply> {
    return this.#run(session, request, false);
  }

  /** Runs a query in a later turn of the event loop, unless it is to be refused anyway. */
  #runLater(session: Session, request: Request, name: CommandName): Reply | Promise<Reply> {
    try {
      this.#admit(session, request, true);
    } catch (error) {
      return this.#refused(error, session, request);
    }
    const cancellation = new Cancellation();
    session.began(cancellation, request.rid);
    const counted = { door: session.door, user: session.user, name };
    this.admission.began(counted);
    return new Promise((resolve) => {
      this.admission.turns.wait(counted.user, () => {
        session.ended(cancellation, request.rid);
        this.admission.ended(counted);
        resolve(cancellation.isCancelled ? cancelled() : this.#runWaited(session, request, counted.user));
      });
    });
  }

  /** Runs what has waited, unless the answers to what ran meanwhile have used up the user's room. */
  #runWaited(session: Session, request: Request, user: string): Reply | Promise<Reply> {
    try {
      this.admission.requireBytes(this.admission.usageOf(user));
    } catch (error) {
      return this.#refused(error, session, request);
    }
    return this.#run(session, request, false);
  }

  /** Counts a request that its door has refused. */
  refused(session: Session, { error }: ErrorReply): void {
    this.engine.activity.refused(session.door, error.code);
  }

  #refused(error: unknown, session: Session, request: Request): Reply {
    const refusal = this.#failure(error, request.cmd, request.fields);
    this.engine.activity.refused(session.door, refusal.error.code);
    return refusal;
  }

  #run(session: Session, request: Request, isWhole: boolean): Reply | Promise<Reply> {
    let parsed: ParsedRequest;
    try {
      parsed = this.#admit(session, request, isWhole);
    } catch (error) {
      return this.#refused(error, session, request);
    }
    return this.#execute(session, parsed);
  }

  /** Parses and checks. Somebody who is not authenticated learns nothing about fields. */
  #admit(session: Session, request: Request, isWhole: boolean): ParsedRequest {
    const definition = commandByName(request.cmd);
    if (definition !== undefined && definition.access !== 'public') void session.rights;
    if (definition !== undefined && isWhole) this.admission.enter(session, definition);
    const parsed = parseRequest(request);
    requireAccess(parsed.command as CommandDefinition, parsed.fields, session);
    return parsed;
  }

  #execute(session: Session, parsed: ParsedRequest): Reply | Promise<Reply> {
    const { host, activity } = this.engine;
    const statistics = activity.at(session.door).get(parsed.name)!;
    const running = new RunningRequest(this, session, parsed, host.monotonicMs());
    let reply: Reply | Promise<Reply>;
    try {
      reply = parsed.command.audited ? this.#audited(parsed, running) : this.#start(parsed, running);
    } catch (error) {
      reply = this.#failure(error, parsed.name, parsed.fields);
    }
    this.admission.spent(session, parsed.name, running.startMs);
    return reply instanceof Promise ? this.#later(reply, running, statistics) : this.#ended(reply, running, statistics);
  }

  #start(parsed: ParsedRequest, running: RunningRequest): Reply | Promise<Reply> {
    return this.#commands.get(parsed.name)!.run(parsed.fields as never, running);
  }

  /** A change of rights or of the catalogue begins when it has been written down. */
  #audited(parsed: ParsedRequest, running: RunningRequest): Promise<Reply> {
    const { user = null, address, door } = running;
    const database = (parsed.fields as { readonly database?: string }).database ?? null;
    const details = auditDetails(parsed.fields, parsed.name === 'set_setting');
    const draft = { action: parsed.name, user, address, door, database, details };
    return this.engine.audit.around(draft, () => this.#start(parsed, running));
  }

  async #later(reply: Promise<Reply>, running: RunningRequest, statistics: CommandStatistics): Promise<Reply> {
    statistics.running++;
    const { running: requests } = this.engine.activity;
    const number = requests.began(running);
    // As it is now: the session may be somebody else's when it ends.
    const { door, user, name } = running;
    const counted = { door, user, name };
    this.admission.began(counted);
    let answer: Reply;
    try {
      answer = await reply;
    } catch (error) {
      answer = this.#failure(error, running.name, running.fields);
    }
    requests.ended(number);
    this.admission.ended(counted);
    statistics.running--;
    return this.#ended(answer, running, statistics);
  }

  #ended(reply: Reply, running: RunningRequest, statistics: CommandStatistics): Reply {
    running.end();
    const durationMs = this.engine.host.monotonicMs() - running.startMs;
    statistics.ended(durationMs, reply.status === 'error' ? reply.error.code : undefined);
    if (running.trace !== undefined) this.engine.tracer?.ended(running.trace, reply);
    const { slowQueryMs } = this.engine.changeable.values;
    if (durationMs > slowQueryMs && slowQueryMs > 0) {
      this.engine.slowQueries.note({ request: running, plan: running.plan, durationMs, reply });
    }
    return reply;
  }

  /** The reply for what was thrown. Only errors of ours are shown; the rest is for the log. */
  #failure(error: unknown, command: string, fields: object): ErrorReply {
    if (error instanceof CairnError) {
      if (error.spoils === 'process' || error.code === 'internal')
        this.#log.error({ err: withoutRequest(error, fields), command }, 'request failed');
      return { status: 'error', error };
    }
    this.#log.error({ err: withoutRequest(error, fields), command }, 'request failed unexpectedly');
    return { status: 'error', error: new CairnError('internal', 'Internal error: see the log of the server') };
  }
}

function cancelled(): ErrorReply {
  return { status: 'error', error: new CairnError('cancelled', 'the request was cancelled before it began') };
}
