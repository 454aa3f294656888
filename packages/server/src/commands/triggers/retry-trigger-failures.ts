import { command } from '../../runner/command.ts';

export const retryTriggerFailures = command(
  'retry_trigger_failures',
  async ({ database, trigger_id, limit }, { engine }) => ({
    status: 'ok',
    data: { ...(await engine.triggers.retell(engine.database(database), trigger_id, limit)) },
  }),
);
