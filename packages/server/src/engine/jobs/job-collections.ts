import type { Job } from '@cairn/scripting/internal';
import type { Host } from '../../host.ts';
import { SystemCollection, type SystemCollectionPlan } from '../automation/system-collection.ts';

export const JOBS = '_jobs';
export const QUEUES = '_queues';

/** Jobs by what they wait for: pending ones in the order in which they run. */
export const BY_QUEUE = 'by_queue';
/** Jobs of a queue by status and age, for lists. */
export const HISTORY = 'history';
/** What the clock does next: begin a job, find its worker dead, or forget it. */
export const TIMERS = 'timers';

export const JOB_PLANS: readonly SystemCollectionPlan[] = [
  {
    name: JOBS,
    what: 'Job',
    indexes: [
      { name: BY_QUEUE, fields: ['queue', 'status', 'rank', 'run_at_ms'] },
      { name: HISTORY, fields: ['queue', 'status', 'created_at_ms'] },
      { name: TIMERS, fields: ['timer.kind', 'timer.at_ms'] },
    ],
  },
  { name: QUEUES, what: 'Queue', indexes: [] },
];

export function jobCollection(host: Host): SystemCollection<Job> {
  return new SystemCollection<Job>(JOB_PLANS[0]!, host);
}
