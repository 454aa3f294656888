import { command } from '../../runner/command.ts';

export const getScript = command('get_script', (fields, { engine }) => ({
  status: 'ok',
  data: engine.scripts.management.get(engine.database(fields.database), fields.script_id),
}));
