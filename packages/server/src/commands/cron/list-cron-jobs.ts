import { command } from '../../runner/command.ts';
import { shownCronJob } from './shown-cron-job.ts';

export const listCronJobs = command('list_cron_jobs', ({ database }, { engine }) => ({
  status: 'ok',
  data: engine.cron.list(engine.database(database)).map(shownCronJob),
}));
