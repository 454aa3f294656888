import type { MissedPolicy } from './cron-job.ts';
import type { CronSchedule } from './cron-schedule.ts';

/** A run that begins later than this was missed: nobody was there to start it. */
export const MISSED_AFTER_MS = 60_000;
/** Runs that are made up for at most when each one counts. */
export const MISSED_RUNS_MAX = 1_000;

/** The runs to be started now, by the moments at which they were due, and how many are left out. */
export interface DueRuns {
  readonly runs: readonly number[];
  readonly skipped: number;
}

/**
 * What to do about the runs that have become due.
 * @param firstMs when the first of them was due, milliseconds since 1970; not after `nowMs`
 */
export function dueRuns(schedule: CronSchedule, policy: MissedPolicy, firstMs: number, nowMs: number): DueRuns {
  if (policy === 'once') return { runs: [firstMs], skipped: 0 };
  const due: number[] = [];
  for (let at = firstMs; at <= nowMs && due.length < MISSED_RUNS_MAX; at = schedule.next(at)) due.push(at);
  if (policy === 'all') return { runs: due, skipped: 0 };
  const inTime = due.filter((at) => nowMs - at <= MISSED_AFTER_MS);
  return { runs: inTime, skipped: due.length - inTime.length };
}
