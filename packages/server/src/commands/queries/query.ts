import { command } from '../../runner/command.ts';
import { queryReply } from './query-reply.ts';
import { runQuery } from './query-request.ts';

export const query = command('query', (fields, context) => {
  const sdbql = fields.profile === true ? `EXPLAIN ANALYZE ${fields.sdbql}` : fields.sdbql;
  return runQuery({ ...fields, sdbql }, context, (answer) => queryReply(answer, fields.database, context));
});
