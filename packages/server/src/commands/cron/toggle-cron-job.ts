import { command } from '../../runner/command.ts';
import { shownCronJob } from './shown-cron-job.ts';

export const toggleCronJob = command(
  'toggle_cron_job',
  async ({ database, cron_id, enabled }, { engine, session }) => ({
    status: 'ok',
    data: shownCronJob(await engine.cron.toggle(engine.database(database), cron_id, enabled, session.user)),
  }),
);
