import type { Value } from '@cairn/protocol/internal';
import type { CronJob } from '@cairn/scripting/internal';
import { shownRecord } from '../shown-record.ts';

/** A cron job as clients see it. */
export function shownCronJob(cron: CronJob): Value {
  return shownRecord(cron);
}
