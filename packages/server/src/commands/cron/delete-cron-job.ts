import { command } from '../../runner/command.ts';

export const deleteCronJob = command('delete_cron_job', async ({ database, cron_id }, { engine, session }) => {
  await engine.cron.remove(engine.database(database), cron_id, session.user);
  return { status: 'ok' };
});
