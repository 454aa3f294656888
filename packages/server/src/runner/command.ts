import type { CommandName, FieldsOf, Reply, Request, RequestId } from '@cairn/protocol/internal';
import type { Plan } from '@cairn/query/internal';
import type { Engine } from '../engine/engine.ts';
import type { Cancellation } from '../engine/queries/cancellation.ts';
import type { RequestTrace } from '../observability/tracing/request-trace.ts';
import type { Session } from './session.ts';

/** What a command gets besides its fields. */
export interface CommandContext {
  readonly engine: Engine;
  readonly session: Session;
  /** The request's id, by which it may be cancelled. */
  readonly rid: RequestId | undefined;
  /** On the host's monotonic clock. */
  readonly deadlineMs: number;
  /** Made when somebody asks for it: most requests are over before anybody could cancel them. */
  cancellation(): Cancellation;
  /** Takes the parts of the request, when it is traced. */
  readonly trace: RequestTrace | undefined;
  /** Told by what plan the request is answered. */
  notePlan(plan: Plan): void;
  /** Runs another request as this one's part: the same session, the same checks. */
  runInner(request: Request): Reply | Promise<Reply>;
}

/** A command that does what its catalogue entry says. It checks no permission and knows no socket: the runner does the one, a door the other. */
export interface Command<Name extends CommandName = CommandName> {
  readonly name: Name;
  /** May begin before the connection's earlier requests of this kind have ended: writes that keep their order by themselves. */
  readonly overlaps: boolean;
  run(fields: FieldsOf<Name>, context: CommandContext): Reply | Promise<Reply>;
}

/** A command whatever its fields are: the catalogue's schema has checked them before `run` sees them. */
export interface AnyCommand {
  readonly name: CommandName;
  readonly overlaps: boolean;
  run(fields: never, context: CommandContext): Reply | Promise<Reply>;
}

/**
 * Says what a command of the catalogue does.
 *
 * @example
 * export const ping = command('ping', (_fields, { engine }) => ({ status: 'pong', timestamp: engine.host.nowMs() }));
 */
export function command<Name extends CommandName>(
  name: Name,
  run: Command<Name>['run'],
  options: { overlaps?: boolean } = {},
): Command<Name> {
  return { name, overlaps: options.overlaps ?? false, run };
}
