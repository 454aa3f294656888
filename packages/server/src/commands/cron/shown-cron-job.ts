import type { Value, ValueObject } from '@cairn/protocol/internal';
import type { CronJob } from '@cairn/scripting/internal';

/** A cron job as clients see it. */
export function shownCronJob(cron: CronJob): Value {
  return { ...cron } as unknown as ValueObject;
}
