import { CairnError } from '@cairn/protocol/internal';
import { command } from '../../runner/command.ts';

export const nextCronRuns = command('next_cron_runs', (fields, { engine }) => {
  const { database, cron_id, cron_expression, timezone = 'UTC', count } = fields;
  if (cron_id === undefined && cron_expression === undefined) {
    throw new CairnError('invalid_argument', 'name a cron job (`cron_id`) or an expression (`cron_expression`)');
  }
  const cron =
    cron_expression === undefined
      ? engine.cron.get(engine.database(database), cron_id!)
      : { cron_expression, timezone };
  return { status: 'ok', data: engine.cron.upcoming(cron, count).map((timeMs) => new Date(timeMs).toISOString()) };
});
