import { JOB_STATUSES } from '@cairn/scripting/internal';
import { command } from '../../runner/command.ts';
import { shownJob } from './shown-job.ts';

export const listJobs = command('list_jobs', (fields, { engine }) => {
  const { queue_name: queue, limit, offset } = fields;
  const status = JOB_STATUSES.find((one) => one === fields.status);
  if (fields.status !== undefined && status === undefined) return { status: 'ok', data: [], count: 0 };
  const { jobs, total } = engine.jobs.list(engine.database(fields.database), { queue, status, limit, offset });
  return { status: 'ok', data: jobs.map(shownJob), count: total };
});
