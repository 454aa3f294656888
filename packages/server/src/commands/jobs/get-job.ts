import { command } from '../../runner/command.ts';
import { shownJob } from './shown-job.ts';

export const getJob = command('get_job', ({ database, job_id }, { engine }) => ({
  status: 'ok',
  data: shownJob(engine.jobs.get(engine.database(database), job_id)),
}));
