import { command } from '../../runner/command.ts';

export const listScriptLogs = command('list_script_logs', async (fields, { engine }) => ({
  status: 'ok',
  data: await engine.scripts.logs.list(engine.database(fields.database), fields),
}));
