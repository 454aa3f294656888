import { CairnError, type Value } from '@cairn/protocol/internal';
import type { PreparedQuery } from '@cairn/query';
import type { Database, ReadView } from '@cairn/storage/internal';

type Moment = PreparedQuery['plan']['moments'][number];

/** The value of what stands behind AS OF: a literal or a bind variable. */
export function momentValue(moment: Moment, binds: ReadonlyMap<string, Value>): Value {
  if (moment.kind === 'literal') return moment.value;
  return moment.kind === 'bind' ? (binds.get(moment.name) ?? null) : null;
}

/**
 * The state of a database at an LSN (a whole number) or at a time (text as ISO 8601, or a date).
 * @throws CairnError `invalid_argument` for anything else; `not_found` when the change log does not reach back that far
 */
export async function openMoment(database: Database, moment: Value): Promise<ReadView> {
  if (typeof moment === 'number' && Number.isSafeInteger(moment) && moment >= 0) return database.asOf(moment);
  const timeMs =
    moment instanceof Date ? moment.getTime() : typeof moment === 'string' ? Date.parse(moment) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new CairnError('invalid_argument', 'AS OF takes an LSN (a whole number) or a time (ISO 8601)');
  }
  return database.asOf(await database.lsnAt(timeMs));
}
