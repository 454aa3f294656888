import { command } from '../../runner/command.ts';
import { shownCronJob } from './shown-cron-job.ts';

export const getCronJob = command('get_cron_job', ({ database, cron_id }, { engine }) => ({
  status: 'ok',
  data: shownCronJob(engine.cron.get(engine.database(database), cron_id)),
}));
