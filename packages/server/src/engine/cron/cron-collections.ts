import type { CronJob } from '@cairn/scripting/internal';
import type { Host } from '../../host.ts';
import { SystemCollection, type SystemCollectionPlan } from '../automation/system-collection.ts';

export const CRON_JOBS = '_cron_jobs';

export const CRON_PLANS: readonly SystemCollectionPlan[] = [{ name: CRON_JOBS, what: 'Cron job', indexes: [] }];

export function cronCollection(host: Host): SystemCollection<CronJob> {
  return new SystemCollection<CronJob>(CRON_PLANS[0]!, host);
}
