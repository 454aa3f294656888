import {
  CairnError,
  COMMANDS,
  type CommandDefinition,
  type CommandName,
  commandByName,
  type ParsedRequest,
  parseRequest,
  type Reply,
  type Request,
  type RequestId,
} from '@cairn/protocol/internal';
import { commandTable } from '../commands/command-table.ts';
import type { Engine } from '../engine/engine.ts';
import { Cancellation } from '../engine/queries/cancellation.ts';
import type { Logger } from '../observability/log.ts';
import type { AnyCommand, CommandContext } from './command.ts';
import { CommandStatistics } from './command-statistics.ts';
import { requireAccess } from './require-access.ts';
import type { Session } from './session.ts';

/** A request under way: what its command sees of it. */
class RunningRequest implements CommandContext {
  readonly engine: Engine;
  readonly session: Session;
  readonly rid: RequestId | undefined;
  readonly deadlineMs: number;
  readonly #runner: Runner;
  #cancellation: Cancellation | undefined;

  constructor(runner: Runner, session: Session, rid: RequestId | undefined, deadlineMs: number) {
    this.#runner = runner;
    this.engine = runner.engine;
    this.session = session;
    this.rid = rid;
    this.deadlineMs = deadlineMs;
  }

  cancellation(): Cancellation {
    if (this.#cancellation === undefined) {
      this.#cancellation = new Cancellation();
      this.session.began(this.#cancellation, this.rid);
    }
    return this.#cancellation;
  }

  runInner(request: Request): Reply | Promise<Reply> {
    return this.#runner.run(this.session, request);
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
  readonly statistics = new Map<CommandName, CommandStatistics>();
  readonly #commands: ReadonlyMap<CommandName, AnyCommand>;
  readonly #log: Logger;

  constructor(engine: Engine, log: Logger) {
    this.engine = engine;
    this.#log = log;
    this.#commands = commandTable();
    for (const { name } of COMMANDS) this.statistics.set(name, new CommandStatistics());
  }

  /** May the request begin before earlier ones of its kind on the same connection have ended? */
  overlaps(request: Request): boolean {
    const definition = commandByName(request.cmd);
    // A transaction's commands keep their order by waiting for each other.
    if (definition === undefined || request.fields.tx_id !== undefined) return false;
    return this.#commands.get(definition.name)?.overlaps ?? false;
  }

  /** Never throws and never rejects: what goes wrong is an error reply. */
  run(session: Session, request: Request): Reply | Promise<Reply> {
    let parsed: ParsedRequest;
    try {
      parsed = this.#admit(session, request);
    } catch (error) {
      return this.#failure(error, request.cmd);
    }
    return this.#execute(session, parsed);
  }

  /** Parses and checks. Somebody who is not authenticated learns nothing about fields. */
  #admit(session: Session, request: Request): ParsedRequest {
    const definition = commandByName(request.cmd);
    if (definition !== undefined && definition.access !== 'public') void session.rights;
    const parsed = parseRequest(request);
    requireAccess(parsed.command as CommandDefinition, parsed.fields, session);
    return parsed;
  }

  #execute(session: Session, parsed: ParsedRequest): Reply | Promise<Reply> {
    const { host, settings } = this.engine;
    const statistics = this.statistics.get(parsed.name)!;
    const startMs = host.monotonicMs();
    const timeoutMs = parsed.fields.timeout_ms ?? settings.queryTimeoutMs;
    const running = new RunningRequest(this, session, parsed.rid, startMs + timeoutMs);
    try {
      const reply = this.#commands.get(parsed.name)!.run(parsed.fields as never, running);
      if (reply instanceof Promise) return this.#later(reply, running, statistics, startMs, parsed.name);
      running.end();
      statistics.ended(host.monotonicMs() - startMs, reply.status === 'error');
      return reply;
    } catch (error) {
      running.end();
      statistics.ended(host.monotonicMs() - startMs, true);
      return this.#failure(error, parsed.name);
    }
  }

  async #later(
    reply: Promise<Reply>,
    running: RunningRequest,
    statistics: CommandStatistics,
    startMs: number,
    name: string,
  ): Promise<Reply> {
    statistics.running++;
    let failed = true;
    try {
      const answer = await reply;
      failed = answer.status === 'error';
      return answer;
    } catch (error) {
      return this.#failure(error, name);
    } finally {
      running.end();
      statistics.running--;
      statistics.ended(this.engine.host.monotonicMs() - startMs, failed);
    }
  }

  /** The reply for what was thrown. Only errors of ours are shown; the rest is for the log. */
  #failure(error: unknown, command: string): Reply {
    if (error instanceof CairnError) {
      if (error.spoils === 'process' || error.code === 'internal')
        this.#log.error({ err: error, command }, 'request failed');
      return { status: 'error', error };
    }
    this.#log.error({ err: error, command }, 'request failed unexpectedly');
    return { status: 'error', error: new CairnError('internal', 'Internal error: see the log of the server') };
  }
}
