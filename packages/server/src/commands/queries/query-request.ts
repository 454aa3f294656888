import type { Reply, Value } from '@cairn/protocol/internal';
import type { QueryAnswer } from '../../engine/queries/query-answer.ts';
import type { QueryRequest } from '../../engine/queries/query-request.ts';
import { CURSOR_BATCH_BYTES } from '../../limits.ts';
import type { CommandContext } from '../../runner/command.ts';
import { QueryPermission } from '../../security/rights/query-permission.ts';
import { RuleWatch } from '../../security/rights/rules/rule-watch.ts';
import type { Settings } from '../../settings.ts';

interface QueryFields {
  readonly database: string;
  readonly sdbql: string;
  readonly language?: 'sdbql' | 'sql';
  readonly bind_vars: Record<string, Value> | readonly Value[];
  readonly disabled_rewrites?: readonly string[];
  readonly batch_size?: number;
  readonly tx_id?: string;
  /** Told what the text means before it is run. */
  readonly onTranslated?: (sdbql: string) => void;
}

const NO_BINDS: ReadonlyMap<string, Value> = new Map();

/** Bytes of a reply that are not rows: its map, cursor, warnings. */
const REPLY_OVERHEAD_BYTES = 64 * 1024;

/** Runs the query of a request where it says: on the newest state or inside a transaction. */
export function runQuery(
  fields: QueryFields,
  context: CommandContext,
  answer: (found: QueryAnswer) => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  const { engine, session } = context;
  if (fields.tx_id === undefined) {
    return run(request(fields, context, engine.database(fields.database)), context, answer);
  }
  return engine.transactions.use(fields.tx_id, session.user, (open) => {
    const transaction = open.statement(fields.database, session.subject(fields.database));
    // A cursor would go on reading after the transaction has changed or ended, so all rows come at once.
    const whole = { ...fields, batch_size: undefined };
    return run({ ...request(whole, context, open.database), transaction }, context, answer);
  });
}

function run(
  request: QueryRequest,
  { engine }: CommandContext,
  answer: (found: QueryAnswer) => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  const found = engine.queries.run(request);
  // A cursor is read later, when the rights may be others.
  const permitted = (answered: QueryAnswer) => answer({ ...answered, permission: request.permission });
  return found instanceof Promise ? found.then(permitted) : permitted(found);
}

function request(fields: QueryFields, context: CommandContext, database: QueryRequest['database']): QueryRequest {
  const { settings } = context.engine;
  const subject = context.session.subject(fields.database);
  // Only a cursor reads on after the request.
  const watch = fields.batch_size === undefined ? undefined : new RuleWatch(database, subject);
  return {
    text: fields.sdbql,
    language: fields.language,
    binds: bindsOf(fields.bind_vars),
    database,
    user: context.session.user,
    depth: context.session.depth,
    batchRows: fields.batch_size,
    batchBytes: batchBytes(settings),
    bytesMax: wholeReplyBytes(settings),
    deadlineMs: context.deadlineMs,
    cancellation: context.cancellation(),
    disabledRewrites: fields.disabled_rewrites,
    onTranslated: fields.onTranslated,
    permission: new QueryPermission(context.session.source, context.session.user, fields.database, watch),
    subject,
    trace: context.trace,
    onPlanned: (plan) => {
      context.notePlan(plan);
      context.engine.indexUses.note(fields.database, plan);
    },
  };
}

/** All rows come in one reply, which a frame must hold. */
function wholeReplyBytes({ frameBytesMax }: Settings): number {
  return Math.max(1, frameBytesMax - Math.min(REPLY_OVERHEAD_BYTES, frameBytesMax / 2));
}

/** The first batch of a cursor is as large as its later ones: the row that fills it must still fit into the frame. */
function batchBytes({ frameBytesMax }: Settings): number {
  return Math.min(CURSOR_BATCH_BYTES, frameBytesMax / 2);
}

/** A list stands for the parameters `1`, `2` … */
function bindsOf(given: Record<string, Value> | readonly Value[]): ReadonlyMap<string, Value> {
  if (Array.isArray(given)) return new Map(given.map((value, index) => [String(index + 1), value]));
  return namedBinds(given as Record<string, Value>);
}

function namedBinds(given: Record<string, Value>): ReadonlyMap<string, Value> {
  const names = Object.keys(given);
  return names.length === 0 ? NO_BINDS : new Map(names.map((name) => [name, given[name]!]));
}
