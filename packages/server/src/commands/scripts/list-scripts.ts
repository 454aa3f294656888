import { command } from '../../runner/command.ts';

export const listScripts = command('list_scripts', (fields, { engine }) => ({
  status: 'ok',
  data: engine.scripts.management.list(engine.database(fields.database)),
}));
