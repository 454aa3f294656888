import { EncodedValue } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { runQuery } from './query-request.ts';

export const explain = command('explain', (fields, context) => {
  const { sdbql, analyze } = fields;
  // A text that asks to be explained itself is explained once.
  const text = /^\s*EXPLAIN\b/i.test(sdbql) ? sdbql : `EXPLAIN ${analyze === true ? 'ANALYZE ' : ''}${sdbql}`;
  return runQuery({ ...fields, sdbql: text }, context, ({ batch }) => ({
    status: 'ok',
    data: new EncodedValue(batch.rows.parts[0]!),
  }));
});
