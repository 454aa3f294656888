import { command } from '../../runner/command.ts';
import { countRows } from './count-rows.ts';
import { queryReply } from './query-reply.ts';
import { runQuery } from './query-request.ts';

export const query = command('query', (fields, context) => {
  const sdbql = fields.profile === true ? `EXPLAIN ANALYZE ${fields.sdbql}` : fields.sdbql;
  const reply = runQuery({ ...fields, sdbql }, context, (answer) => queryReply(answer, fields.database, context));
  if (fields.count !== true) return reply;
  return Promise.resolve(reply).then(async (first) => {
    // Only what a query that reads has left over is worth a cursor: nothing is written a second time.
    if (first.status !== 'ok' || first.hasMore !== true) return first;
    const count = await countRows({ ...fields, sdbql }, context);
    return count === undefined ? first : { ...first, count };
  });
});
