import { command } from '../../runner/command.ts';

export const describeService = command('describe_service', (fields, { engine }) => ({
  status: 'ok',
  data: engine.scripts.services.describe(engine.database(fields.database), fields.key),
}));
