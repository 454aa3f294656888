import { command } from '../../runner/command.ts';
import { shownJob } from './shown-job.ts';

export const retryJob = command('retry_job', async ({ database, job_id }, { engine }) => ({
  status: 'ok',
  data: shownJob(await engine.jobs.retry(engine.database(database), job_id)),
}));
