import type { Reply } from '@cairn/protocol/internal';
import type { QueryAnswer } from '../../engine/queries/query-answer.ts';
import { ReadAhead } from '../../engine/queries/read-ahead.ts';
import { type CommandContext, command } from '../../runner/command.ts';
import { queryReply } from './query-reply.ts';
import { runQuery } from './query-request.ts';

/** What is read ahead to count it, and kept until the cursor is read or closed. */
const COUNTED = { rowsMax: 10_000, bytesMax: 2 * 1024 * 1024, timeMaxMs: 100 };
/** What is read ahead before time and bytes are looked at. */
const STEP = { rowsMax: 250, bytesMax: 256 * 1024 };

export const query = command('query', (fields, context) => {
  const sdbql = fields.profile === true ? `EXPLAIN ANALYZE ${fields.sdbql}` : fields.sdbql;
  const answer = (found: QueryAnswer) =>
    fields.count === true && found.rest !== undefined
      ? counted(found, fields, context)
      : queryReply(found, fields.database, context, fields.batch_size);
  return runQuery({ ...fields, sdbql }, context, answer);
});

/** The first rows with the number of all, where the others are few enough to be read at once and kept for the cursor. */
async function counted(
  found: QueryAnswer,
  { database, batch_size }: { readonly database: string; readonly batch_size?: number },
  context: CommandContext,
): Promise<Reply> {
  const { batch, rest } = found;
  const { deadlineMs, engine } = context;
  const wanted = { ...STEP, whenFull: 'stop', deadlineMs, cancellation: context.cancellation() } as const;
  const ahead = await ReadAhead.of(rest!, wanted, { ...COUNTED, budget: engine.cursors.readAhead });
  const reply = queryReply({ ...found, rest: ahead }, database, context, batch_size);
  if (reply.status !== 'ok' || ahead.rowsLeft === undefined) return reply;
  return { ...reply, count: batch.rows.count + ahead.rowsLeft };
}
