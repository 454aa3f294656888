import type { Reply } from '@cairn/protocol/internal';
import type { QueryAnswer } from '../../engine/queries/query-answer.ts';
import type { CommandContext } from '../../runner/command.ts';
import { acknowledged } from '../acknowledged.ts';

/** The reply to a query: its rows, and a cursor for what is left. */
export function queryReply(
  answer: QueryAnswer,
  database: string,
  { engine, session }: CommandContext,
  batchRows?: number,
): Reply {
  const { batch, lsn, rest } = answer;
  const warnings = answer.warnings.length === 0 ? undefined : answer.warnings;
  if (rest === undefined) {
    const extra = answer.changes && { extra: { changes: answer.changes } };
    return acknowledged({ status: 'ok', data: batch.rows, warnings, lsn, ...extra }, engine.database(database));
  }
  const { id } = engine.cursors.add(session.user, database, rest, { permission: answer.permission, batchRows });
  return { status: 'ok', data: batch.rows, cursor: id, hasMore: true, warnings, lsn };
}
