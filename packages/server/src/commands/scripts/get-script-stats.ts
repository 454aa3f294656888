import { command } from '../../runner/command.ts';

export const getScriptStats = command('get_script_stats', (_fields, { engine }) => ({
  status: 'ok',
  data: engine.scripts.statistics.show(),
}));
