import { command } from '../../runner/command.ts';
import { shownJob } from '../jobs/shown-job.ts';

export const runCronJob = command('run_cron_job', async ({ database, cron_id }, { engine, session }) => ({
  status: 'ok',
  data: shownJob(await engine.cron.run(engine.database(database), cron_id, session.user)),
}));
