import { command } from '../../runner/command.ts';

export const purgeJobs = command('purge_jobs', async ({ database, queue_name, status }, { engine }) => {
  const count = await engine.jobs.purge(engine.database(database), queue_name, status);
  return { status: 'ok', count, data: { count } };
});
