import { command } from '../../runner/command.ts';

export const listServices = command('list_services', (fields, { engine }) => ({
  status: 'ok',
  data: engine.scripts.services.list(engine.database(fields.database)),
}));
