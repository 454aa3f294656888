import { command } from '../../runner/command.ts';
import { shownCronJob } from './shown-cron-job.ts';

export const updateCronJob = command('update_cron_job', async (fields, { engine, session }) => {
  const { database, cron_id, timeout_ms: _timeout, ...changes } = fields;
  const changed = await engine.cron.update(engine.database(database), cron_id, changes, session.user);
  return { status: 'ok', data: shownCronJob(changed) };
});
