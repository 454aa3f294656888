import { command } from '../../runner/command.ts';
import { shownCronJob } from './shown-cron-job.ts';

export const createCronJob = command('create_cron_job', async (fields, { engine, session }) => {
  const { database, key, timeout_ms: _timeout, ...request } = fields;
  return {
    status: 'ok',
    data: shownCronJob(await engine.cron.create(engine.database(database), request, { user: session.user, key })),
  };
});
