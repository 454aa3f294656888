import { command } from '../../runner/command.ts';
import { shownJob } from '../jobs/shown-job.ts';

export const listCronRuns = command('list_cron_runs', ({ database, cron_id, limit }, { engine }) => ({
  status: 'ok',
  data: engine.cron.history(engine.database(database), cron_id, limit).map(shownJob),
}));
