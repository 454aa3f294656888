import { command } from '../../runner/command.ts';

export const getService = command('get_service', (fields, { engine }) => ({
  status: 'ok',
  data: engine.scripts.services.get(engine.database(fields.database), fields.key),
}));
