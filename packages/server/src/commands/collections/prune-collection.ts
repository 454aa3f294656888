import type { Value } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';
import { runQuery } from '../queries/query-request.ts';

/** UUID version 7 (RFC 9562): the keys that the server makes, which begin with the time at which they were made. */
const TIMED_KEY = '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';

const BY_KEY = `FOR old IN @@collection
  FILTER old._key < @bound AND REGEX_TEST(old._key, @timed)
  REMOVE old IN @@collection`;

const BY_FIELD = `FOR old IN @@collection
  LET moment = old[@field]
  FILTER IS_NUMBER(moment) ? moment < @bound : IS_DATE(moment) OR IS_DATETIME(moment) ? DATE_TIMESTAMP(moment) < @bound : false
  REMOVE old IN @@collection`;

export const pruneCollection = command('prune_collection', (fields, context) => {
  const { database, collection, tx_id, field } = fields;
  const beforeMs = typeof fields.older_than === 'number' ? fields.older_than : Date.parse(fields.older_than);
  const parameters: Record<string, Value> =
    field === undefined ? { bound: keyBound(beforeMs), timed: TIMED_KEY } : { bound: beforeMs, field };
  const sdbql = field === undefined ? BY_KEY : BY_FIELD;
  const bind_vars = { '@collection': collection, ...parameters };
  return runQuery({ database, tx_id, sdbql, bind_vars }, context, ({ changes, lsn }) => {
    const deleted = changes?.deleted ?? 0;
    return { status: 'ok', count: deleted, data: { deleted }, lsn };
  });
});

/** What all keys that were made before a moment stand in front of. */
function keyBound(beforeMs: number): string {
  const time = Math.max(beforeMs, 0).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}
