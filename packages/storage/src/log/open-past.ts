import { CairnError } from '@cairn/protocol/internal';
import type { ReadView } from '../transaction/read-view.ts';
import type { Transaction } from '../transaction/transaction.ts';
import type { ChangeLog } from './change-log.ts';
import type { CommitRecord } from './commit-record.ts';
import { PAST_CHANGES_MAX, PastView } from './past-view.ts';

/**
 * The state of an earlier LSN, as far back as the change log reaches.
 * @param present a transaction on the newest state; it becomes the view's own, or is rolled back
 * @throws CairnError `not_found` when the log no longer reaches it, `invalid_argument` for an LSN to come,
 *   `limit_exceeded` when too much has changed since
 */
export async function openPast(present: Transaction, log: ChangeLog, lsn: number): Promise<ReadView> {
  try {
    if (lsn > present.lsn) throw toCome(lsn, present.lsn);
    await log.flush();
    return PastView.of(present, lsn, lsn < present.lsn ? await commitsBehind(log, lsn, present.lsn) : []);
  } catch (error) {
    present.rollback();
    throw error;
  }
}

async function commitsBehind(log: ChangeLog, lsn: number, lastLsn: number): Promise<CommitRecord[]> {
  const commits: CommitRecord[] = [];
  let changes = 0;
  for await (const commit of log.read(lsn + 1)) {
    if (commit.lsn > lastLsn) break;
    commits.push(commit);
    changes += commit.changes.length;
    if (changes > PAST_CHANGES_MAX) throw tooFarBack(lsn);
  }
  return commits;
}

/**
 * The LSN of the last commit that was made at or before a moment, milliseconds since 1970.
 * @throws CairnError `not_found` when the change log does not reach back that far
 */
export async function lsnAtMoment(log: ChangeLog, timeMs: number): Promise<number> {
  const { oldestLsn } = log;
  let found = oldestLsn === 1 ? 0 : undefined;
  for await (const commit of log.read(oldestLsn)) if (commit.timeMs <= timeMs) found = commit.lsn;
  if (found !== undefined) return found;
  const message = `The change log begins at LSN ${oldestLsn}, which is later than ${new Date(timeMs).toISOString()}`;
  throw new CairnError('not_found', message, { details: { oldest: oldestLsn } });
}

export function toCome(lsn: number, newest: number): CairnError {
  const message = `LSN ${lsn} is still to come: the newest is ${newest}`;
  return new CairnError('invalid_argument', message, { details: { lsn, newest } });
}

function tooFarBack(lsn: number): CairnError {
  const message = `More than ${PAST_CHANGES_MAX} documents have changed since LSN ${lsn}`;
  return new CairnError('limit_exceeded', message, { details: { limit: PAST_CHANGES_MAX, lsn } });
}
