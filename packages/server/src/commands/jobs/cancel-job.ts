import { command } from '../../runner/command.ts';

export const cancelJob = command('cancel_job', async ({ database, job_id }, { engine }) => {
  await engine.jobs.cancel(engine.database(database), job_id);
  return { status: 'ok' };
});
